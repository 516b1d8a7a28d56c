locals {
  # A task clears this many messages within the acceptable delay; more waiting per task, and another one is due.
  acceptable_backlog_per_task = var.scaling.acceptable_delay_seconds / var.scaling.seconds_per_message

  # The name the service has in autoscaling. From the names and not the resources' ids, which a plan does not know.
  scaling_resource_id = "service/${local.name}/${local.name}"
}

resource "aws_appautoscaling_target" "this" {
  service_namespace  = "ecs"
  scalable_dimension = "ecs:service:DesiredCount"
  resource_id        = local.scaling_resource_id
  min_capacity       = var.scaling.min_tasks
  max_capacity       = var.scaling.max_tasks
  tags               = local.tags

  depends_on = [aws_ecs_service.this]
}

resource "aws_appautoscaling_policy" "backlog_per_task" {
  name               = "${local.name}-backlog-per-task"
  policy_type        = "TargetTrackingScaling"
  service_namespace  = aws_appautoscaling_target.this.service_namespace
  scalable_dimension = aws_appautoscaling_target.this.scalable_dimension
  resource_id        = aws_appautoscaling_target.this.resource_id

  target_tracking_scaling_policy_configuration {
    target_value       = local.acceptable_backlog_per_task
    scale_out_cooldown = 60
    # Slow to shrink: the next run of the dispatcher is minutes away, and starting a task costs about one.
    scale_in_cooldown = 300

    customized_metric_specification {
      metrics {
        id          = "waiting"
        label       = "Messages waiting"
        return_data = false

        metric_stat {
          stat = "Maximum"

          metric {
            namespace   = "AWS/SQS"
            metric_name = "ApproximateNumberOfMessagesVisible"

            dimensions {
              name  = "QueueName"
              value = var.queue_name
            }
          }
        }
      }

      metrics {
        id          = "running"
        label       = "Tasks running"
        return_data = false

        metric_stat {
          stat = "Average"

          metric {
            namespace   = "ECS/ContainerInsights"
            metric_name = "RunningTaskCount"

            dimensions {
              name  = "ClusterName"
              value = local.name
            }

            dimensions {
              name  = "ServiceName"
              value = local.name
            }
          }
        }
      }

      metrics {
        id          = "backlog_per_task"
        label       = "Messages waiting per running task"
        expression  = "waiting / running"
        return_data = true
      }
    }
  }
}
