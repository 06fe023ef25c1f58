resource "aws_db_instance" "überall" {
  publicly_accessible = true
}
