

variable "name" {
  type = string
}
