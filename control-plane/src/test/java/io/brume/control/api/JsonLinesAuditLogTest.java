package io.brume.control.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JsonLinesAuditLogTest {
    @TempDir private Path directory;

    private static AuditRecord entry(int number) {
        return new AuditRecord(
                Instant.EPOCH,
                "request-" + number,
                "123456789012",
                "arn:aws:iam::123456789012:root",
                "AKIA",
                "::1",
                "us-east-1",
                "ec2",
                "Run\"Instances\n",
                "OK",
                200,
                Duration.ofMillis(3));
    }

    private List<String> lines() throws IOException {
        var lines = new ArrayList<String>();
        try (var files = Files.list(directory)) {
            for (var file : files.toList()) {
                lines.addAll(Files.readAllLines(file));
            }
        }
        return lines;
    }

    @Test
    void writesOneObjectALineAndAllOfThemOnClose() throws IOException {
        var log = new JsonLinesAuditLog(directory, JsonLinesAuditLog.Bounds.standard());
        for (int i = 0; i < 1000; i++) {
            log.record(entry(i));
        }
        log.close();
        log.record(entry(-1));
        assertThat(log.dropped()).isEqualTo(1);
        assertThat(lines()).hasSize(1000);
        var first = new ObjectMapper().readTree(lines().getFirst());
        assertThat(first.get("operation").asText()).isEqualTo("Run\"Instances\n");
        assertThat(first.get("micros").asLong()).isEqualTo(3000);
    }

    @Test
    void continuesTheFileOfAnEarlierRun() throws IOException {
        for (int run = 0; run < 2; run++) {
            try (var log = new JsonLinesAuditLog(directory, JsonLinesAuditLog.Bounds.standard())) {
                log.record(entry(run));
            }
        }
        assertThat(Files.readAllLines(directory.resolve("audit.jsonl"))).hasSize(2);
    }

    @Test
    void keepsNoMoreFilesThanItMay() throws IOException {
        try (var log = new JsonLinesAuditLog(directory, new JsonLinesAuditLog.Bounds(1, 3, 10))) {
            for (int i = 0; i < 5; i++) {
                var text = "request-" + i + "\"";
                log.record(entry(i));
                await().until(() -> String.join("", lines()).contains(text));
            }
        }
        try (var files = Files.list(directory)) {
            assertThat(files.count()).isLessThanOrEqualTo(3);
        }
        assertThat(String.join("", lines())).contains("request-4").doesNotContain("request-0");
    }

    @Test
    void countsWhatADiskDoesNotTakeAndGoesOn() throws IOException {
        var log = new JsonLinesAuditLog(directory, new JsonLinesAuditLog.Bounds(1, 2, 100));
        log.record(entry(0));
        await().until(() -> Files.exists(directory.resolve("audit.1.jsonl")));
        Files.createDirectory(directory.resolve("audit.jsonl"));
        log.record(entry(1));
        await().until(() -> log.dropped() == 1);
        Files.delete(directory.resolve("audit.jsonl"));
        log.record(entry(2));
        log.close();
        assertThat(String.join("", lines())).contains("request-2");
        assertThat(log.dropped()).isEqualTo(1);
    }
}
