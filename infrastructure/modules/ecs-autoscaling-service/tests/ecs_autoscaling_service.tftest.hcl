# Mocked: what is asserted here needs no AWS. Policies are composed with jsonencode, so a mock cannot blur them.
mock_provider "aws" {}

variables {
  context = {
    environment              = "test"
    account_id               = "123456789012"
    region                   = "eu-west-1"
    alarm_topic_arn          = "arn:aws:sns:eu-west-1:123456789012:weft-test-alarms"
    permissions_boundary_arn = "arn:aws:iam::123456789012:policy/weft-global-boundary"
  }
  name       = "indexer"
  image      = { repository_name = "weft-test-indexer", digest = "sha256:0000000000000000000000000000000000000000000000000000000000000000" }
  task       = { cpu = 1024, memory_mb = 2048 }
  network    = { vpc_id = "vpc-1", subnet_ids = ["subnet-1", "subnet-2"], assign_public_ip = true }
  queue_name = "weft-test-indexing"
  scaling    = { max_tasks = 8, acceptable_delay_seconds = 120, seconds_per_message = 8 }
}

run "keeps_one_on_demand_task_and_bursts_on_spot" {
  command = plan

  assert {
    condition     = [for s in aws_ecs_service.this.capacity_provider_strategy : s if s.capacity_provider == "FARGATE"][0].base == 1 && [for s in aws_ecs_service.this.capacity_provider_strategy : s if s.capacity_provider == "FARGATE"][0].weight == 0
    error_message = "Exactly the first task is on demand."
  }

  assert {
    condition     = [for s in aws_ecs_service.this.capacity_provider_strategy : s if s.capacity_provider == "FARGATE_SPOT"][0].weight == 1
    error_message = "Every further task is Spot."
  }

  assert {
    condition     = aws_ecs_service.this.deployment_circuit_breaker[0].enable && aws_ecs_service.this.deployment_circuit_breaker[0].rollback
    error_message = "A failing deployment must roll back."
  }
}

run "scales_on_the_backlog_that_one_task_clears_within_the_acceptable_delay" {
  command = plan

  assert {
    condition     = aws_appautoscaling_policy.backlog_per_task.target_tracking_scaling_policy_configuration[0].target_value == 15
    error_message = "120 s of delay at 8 s a message is a backlog of 15 per task."
  }

  assert {
    condition     = one([for m in aws_appautoscaling_policy.backlog_per_task.target_tracking_scaling_policy_configuration[0].customized_metric_specification[0].metrics : m.expression if m.return_data]) == "waiting / running"
    error_message = "Scaling must track backlog per task, not raw queue depth."
  }
}

run "locks_the_container_down" {
  command = plan

  assert {
    condition     = jsondecode(aws_ecs_task_definition.this.container_definitions)[0].readonlyRootFilesystem && jsondecode(aws_ecs_task_definition.this.container_definitions)[0].stopTimeout == 120
    error_message = "The root file system is read-only and a stop gets 120 s."
  }

  assert {
    condition     = endswith(jsondecode(aws_ecs_task_definition.this.container_definitions)[0].image, "@sha256:0000000000000000000000000000000000000000000000000000000000000000")
    error_message = "The image must be named by digest."
  }

  assert {
    condition     = aws_ecs_task_definition.this.runtime_platform[0].cpu_architecture == "ARM64"
    error_message = "Tasks run on ARM64."
  }
}

run "rejects_an_image_named_by_tag" {
  command = plan
  variables { image = { repository_name = "weft-test-indexer", digest = "latest" } }
  expect_failures = [var.image]
}

run "rejects_a_size_that_fargate_does_not_sell" {
  command = plan
  variables { task = { cpu = 256, memory_mb = 4096 } }
  expect_failures = [var.task]
}

run "rejects_a_single_subnet" {
  command = plan
  variables { network = { vpc_id = "vpc-1", subnet_ids = ["subnet-1"], assign_public_ip = true } }
  expect_failures = [var.network]
}

run "rejects_scaling_to_zero" {
  command = plan
  variables { scaling = { min_tasks = 0, max_tasks = 8, acceptable_delay_seconds = 120, seconds_per_message = 8 } }
  expect_failures = [var.scaling]
}

run "rejects_a_delay_that_one_message_alone_exceeds" {
  command = plan
  variables { scaling = { max_tasks = 8, acceptable_delay_seconds = 5, seconds_per_message = 8 } }
  expect_failures = [var.scaling]
}

run "rejects_a_log_retention_that_cloudwatch_does_not_know" {
  command = plan
  variables { log_retention_days = 31 }
  expect_failures = [var.log_retention_days]
}
