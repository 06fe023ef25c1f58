# Every case is applied to a local AWS API server (see remake), never to an account.
terraform {
  required_version = ">= 1.7"
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "5.100.0"
    }
  }
}

provider "aws" {
  region            = "eu-central-1"
  access_key        = "none"
  secret_key        = "none"
  s3_use_path_style = true
}
