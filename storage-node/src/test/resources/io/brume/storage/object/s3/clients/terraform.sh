# Terraform: a bucket with its sub-resources, its state in another bucket, locked there.
printf 'provider_installation {\n filesystem_mirror {\n path="%s"\n }\n}\n' "$PLUGINS" > tf.rc
export TF_CLI_CONFIG_FILE=$PWD/tf.rc
"$AWS" s3 mb s3://tfstate
export TF_VAR_endpoint=$AWS_ENDPOINT_URL
unset AWS_ENDPOINT_URL
terraform init -no-color -backend-config="endpoints={s3=\"$TF_VAR_endpoint\"}"
terraform apply -no-color -auto-approve
terraform plan -no-color -detailed-exitcode
