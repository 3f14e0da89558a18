package io.brume.cli.cloud;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Terraform with the unchanged AWS provider and no {@code skip_} switch. The provider comes from a
 * folder, {@code BRUME_TEST_TERRAFORM_PLUGINS} (a filesystem mirror), so that no test downloads it.
 */
abstract class TerraformStories {
    private static final String VERSION = "5.100.0";
    private static final Path PLUGINS =
            Path.of(
                    Optional.ofNullable(System.getenv("BRUME_TEST_TERRAFORM_PLUGINS"))
                            .orElse("/opt/tf-plugins"));
    private static final String CONFIGURATION =
            """
            terraform {
              required_providers {
                aws = { source = "hashicorp/aws", version = "%s" }
              }
            }
            provider "aws" {}
            variable "image" { type = string }
            variable "zone" { type = string }
            variable "public_key" { type = string }
            resource "aws_key_pair" "story" {
              key_name   = "terraform"
              public_key = var.public_key
            }
            resource "aws_security_group" "story" {
              name        = "terraform"
              description = "Made by Terraform"
              ingress {
                from_port   = 22
                to_port     = 22
                protocol    = "tcp"
                cidr_blocks = ["0.0.0.0/0"]
              }
              egress {
                from_port   = 0
                to_port     = 0
                protocol    = "-1"
                cidr_blocks = ["0.0.0.0/0"]
              }
              tags = { Name = "terraform" }
            }
            resource "aws_instance" "story" {
              ami                    = var.image
              availability_zone      = var.zone
              instance_type          = "t2.nano"
              key_name               = aws_key_pair.story.key_name
              vpc_security_group_ids = [aws_security_group.story.id]
              user_data              = "#!/bin/sh\\ntrue\\n"
              tags                   = { Name = "terraform" }
            }
            resource "aws_ebs_volume" "story" {
              availability_zone = var.zone
              size              = 1
              type              = "gp3"
              tags              = { Name = "terraform" }
            }
            resource "aws_volume_attachment" "story" {
              device_name = "/dev/sdf"
              volume_id   = aws_ebs_volume.story.id
              instance_id = aws_instance.story.id
            }
            resource "aws_ebs_snapshot" "story" {
              volume_id = aws_ebs_volume.story.id
            }
            resource "aws_ami_from_instance" "story" {
              name               = "terraform"
              source_instance_id = aws_instance.story.id
              tags               = { Name = "terraform" }
            }
            resource "aws_ebs_volume" "copy" {
              availability_zone = var.zone
              snapshot_id       = aws_ebs_snapshot.story.id
              size              = 2
              type              = "gp2"
            }
            output "id" { value = aws_instance.story.id }
            output "address" { value = aws_instance.story.public_ip }
            """
                    .formatted(VERSION);

    private final World world;

    TerraformStories(World world) {
        this.world = world;
    }

    @Test
    void appliesPlansNothingMoreAndDestroys() throws Exception {
        Cloud.needs(
                "terraform",
                Stream.of(System.getenv("PATH").split(":"))
                        .anyMatch(folder -> Files.isExecutable(Path.of(folder, "terraform"))));
        Cloud.needs(
                "the AWS provider " + VERSION + " in " + PLUGINS,
                Files.isDirectory(
                        PLUGINS.resolve("registry.terraform.io/hashicorp/aws/" + VERSION)));
        Path folder = Files.createDirectories(world.cloud().scratch("terraform"));
        Files.writeString(folder.resolve("main.tf"), CONFIGURATION);
        Files.writeString(
                folder.resolve("terraform.rc"),
                "provider_installation { filesystem_mirror { path = \"%s\" } }%n"
                        .formatted(PLUGINS));
        String publicKey =
                Command.run(
                                Duration.ofSeconds(10),
                                "ssh-keygen",
                                "-y",
                                "-f",
                                world.key().toString())
                        .ok()
                        .strip();
        String zone =
                world.boto()
                        .ec2("describe_availability_zones")
                        .text("AvailabilityZones", 0, "ZoneName");
        Files.writeString(
                folder.resolve("terraform.tfvars"),
                "image = \"%s\"%nzone = \"%s\"%npublic_key = \"%s\"%n"
                        .formatted(world.image(), zone, publicKey));

        terraform(folder, "init").ok();
        Command.Result applied = terraform(folder, "apply", "-auto-approve");
        System.out.printf("measured: terraform apply: %d ms%n", applied.took().toMillis());
        applied.ok();
        assertThat(terraform(folder, "plan", "-detailed-exitcode"))
                .as("2 means that it would change something")
                .returns(0, Command.Result::status);

        String id = terraform(folder, "output", "-raw", "id").ok().strip();
        Guest guest = world.guest(id, "root");
        assertThat(terraform(folder, "output", "-raw", "address").ok().strip())
                .isEqualTo(guest.publicAddress());
        guest.awaitShell(120);

        Command.Result destroyed = terraform(folder, "destroy", "-auto-approve");
        System.out.printf("measured: terraform destroy: %d ms%n", destroyed.took().toMillis());
        destroyed.ok();
        assertThat(world.state(id)).isEqualTo("terminated");
        assertThat(
                        world.boto()
                                .refusal("describe_key_pairs", "KeyNames", List.of("terraform"))
                                .code())
                .isEqualTo("InvalidKeyPair.NotFound");
    }

    private Command.Result terraform(Path folder, String... arguments) throws IOException {
        var command =
                new ArrayList<>(
                        List.of("terraform", "-chdir=" + folder, arguments[0], "-no-color"));
        if (!arguments[0].equals("output")) {
            command.add("-input=false");
        }
        command.addAll(List.of(arguments).subList(1, arguments.length));
        Map<String, String> environment = new HashMap<>(world.cloud().environment());
        environment.put("TF_CLI_CONFIG_FILE", folder.resolve("terraform.rc").toString());
        environment.put("CHECKPOINT_DISABLE", "1");
        environment.put("HOME", folder.toString());
        return Command.run(environment, Duration.ofMinutes(4), command);
    }
}
