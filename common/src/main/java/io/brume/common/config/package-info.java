/**
 * The configuration of a program: a properties file read once at the start into typed, immutable
 * values. Every key is declared once, with its meaning; reading, checking and the reference page of
 * {@code docs/configuration.md} come from that declaration. Nothing here reads the environment, and
 * no value of a secret is ever printed.
 */
@NullMarked
package io.brume.common.config;

import org.jspecify.annotations.NullMarked;
