locals {
  name = "weft-${var.context.environment}-${var.name}"
  tags = { Service = var.name }

  image = join("@", [
    "${var.context.account_id}.dkr.ecr.${var.context.region}.amazonaws.com/${var.image.repository_name}",
    var.image.digest,
  ])
}

resource "aws_ecs_cluster" "this" {
  name = local.name
  tags = local.tags

  # The running-task count, which the scaling divides by, is a Container Insights metric.
  setting {
    name  = "containerInsights"
    value = "enabled"
  }
}

resource "aws_ecs_cluster_capacity_providers" "this" {
  cluster_name       = aws_ecs_cluster.this.name
  capacity_providers = ["FARGATE", "FARGATE_SPOT"]
}

resource "aws_ecs_task_definition" "this" {
  family                   = local.name
  requires_compatibilities = ["FARGATE"]
  network_mode             = "awsvpc"
  cpu                      = var.task.cpu
  memory                   = var.task.memory_mb
  task_role_arn            = module.task_role.arn
  execution_role_arn       = module.execution_role.arn
  tags                     = local.tags

  runtime_platform {
    operating_system_family = "LINUX"
    cpu_architecture        = "ARM64"
  }

  container_definitions = jsonencode([{
    name                   = "main"
    image                  = local.image
    essential              = true
    readonlyRootFilesystem = true
    # The longest Fargate grants, and what Spot announces: enough to finish or release the range in hand.
    stopTimeout     = 120
    linuxParameters = { initProcessEnabled = true, capabilities = { drop = ["ALL"] } }
    environment     = [for key in sort(keys(var.environment_variables)) : { name = key, value = var.environment_variables[key] }]

    logConfiguration = {
      logDriver = "awslogs"
      options = {
        awslogs-group         = aws_cloudwatch_log_group.this.name
        awslogs-region        = var.context.region
        awslogs-stream-prefix = var.name
      }
    }
  }])
}

resource "aws_ecs_service" "this" {
  name            = local.name
  cluster         = aws_ecs_cluster.this.id
  task_definition = aws_ecs_task_definition.this.arn
  desired_count   = var.scaling.min_tasks
  propagate_tags  = "SERVICE"
  tags            = local.tags

  # An apply ends when the new tasks run, or fails with them: without it a broken release counts as deployed.
  wait_for_steady_state = true

  deployment_minimum_healthy_percent = 100
  deployment_maximum_percent         = 200

  # The base survives when Spot has nothing to sell; everything beyond it is cheap and may be reclaimed.
  capacity_provider_strategy {
    capacity_provider = "FARGATE"
    base              = 1
    weight            = 0
  }

  capacity_provider_strategy {
    capacity_provider = "FARGATE_SPOT"
    base              = 0
    weight            = 1
  }

  deployment_circuit_breaker {
    enable   = true
    rollback = true
  }

  network_configuration {
    subnets          = var.network.subnet_ids
    security_groups  = [aws_security_group.this.id]
    assign_public_ip = var.network.assign_public_ip
  }

  lifecycle {
    # Autoscaling owns it; a deployment must not shrink the service in the middle of a burst.
    ignore_changes = [desired_count]
  }

  depends_on = [aws_ecs_cluster_capacity_providers.this]
}

resource "aws_cloudwatch_log_group" "this" {
  name              = "/weft/${var.context.environment}/${var.name}"
  retention_in_days = var.log_retention_days
  tags              = local.tags
}
