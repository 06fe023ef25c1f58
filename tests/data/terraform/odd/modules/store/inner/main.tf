variable "name" { type = string }
resource "aws_efs_file_system" "x" {
	creation_token = var.name
	encrypted      = false
}
