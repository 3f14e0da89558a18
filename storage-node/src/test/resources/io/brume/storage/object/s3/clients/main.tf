# The life cycle is left out: the provider waits most of a minute for it to settle, everywhere.
variable "endpoint" {}
terraform {
  required_providers { aws = { source = "hashicorp/aws", version = "5.100.0" } }
  backend "s3" {
    bucket = "tfstate"
    key = "state"
    region = "us-east-1"
    use_lockfile = true
    use_path_style = true
    skip_credentials_validation = true
    skip_requesting_account_id = true
  }
}
provider "aws" {
  region = "us-east-1"
  s3_use_path_style = true
  skip_credentials_validation = true
  skip_requesting_account_id = true
  endpoints { 
    s3 = var.endpoint 
    s3control = var.endpoint
  }
}
resource "aws_s3_bucket" "b" { 
  bucket = "terraform"
  object_lock_enabled = true
  tags = { a = "b" } 
}
resource "aws_s3_bucket_versioning" "b" { 
  bucket = aws_s3_bucket.b.id
  versioning_configuration { status = "Enabled" } 
}
resource "aws_s3_bucket_public_access_block" "b" { 
  bucket = aws_s3_bucket.b.id
  block_public_acls = true
  block_public_policy = false
  ignore_public_acls = true
  restrict_public_buckets = false 
}
resource "aws_s3_bucket_ownership_controls" "b" {
  bucket = aws_s3_bucket.b.id
  rule { object_ownership = "BucketOwnerPreferred" } 
}
resource "aws_s3_bucket_acl" "b" {
  depends_on = [aws_s3_bucket_ownership_controls.b]
  bucket = aws_s3_bucket.b.id
  acl = "private" 
}
resource "aws_s3_bucket_policy" "b" {
  bucket = aws_s3_bucket.b.id
  depends_on = [aws_s3_bucket_public_access_block.b]
  policy = jsonencode({ Version = "2012-10-17", Statement = [{ Sid = "r", Effect = "Allow", Principal = "*", Action = "s3:GetObject", Resource = "arn:aws:s3:::terraform/*" }] }) 
}
resource "aws_s3_bucket_cors_configuration" "b" {
  bucket = aws_s3_bucket.b.id
  cors_rule {
    allowed_methods = ["GET"]
    allowed_origins = ["https://example.org"]
    max_age_seconds = 3000
  } 
}
resource "aws_s3_bucket_website_configuration" "b" {
  bucket = aws_s3_bucket.b.id
  index_document { suffix = "index.html" }
  error_document { key = "error.html" }
  routing_rule {
    condition { key_prefix_equals = "docs/" }
    redirect { replace_key_prefix_with = "documents/" }
  }
}
resource "aws_s3_bucket_server_side_encryption_configuration" "b" {
  bucket = aws_s3_bucket.b.id
  rule { 
    apply_server_side_encryption_by_default { sse_algorithm = "AES256" } 
  }
}
resource "aws_s3_bucket_object_lock_configuration" "b" {
  bucket = aws_s3_bucket.b.id
  rule { 
    default_retention { 
      mode = "GOVERNANCE" 
      days = 1 
    } 
  }
}
resource "aws_s3_bucket" "plain" { bucket = "plain" }
resource "aws_s3_object" "o" {
  bucket = aws_s3_bucket.plain.id
  key = "a/b c"
  content = "hello"
  tags = { x = "y" }
  server_side_encryption = "AES256"
}
