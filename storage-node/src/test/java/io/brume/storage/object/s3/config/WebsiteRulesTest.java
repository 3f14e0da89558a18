package io.brume.storage.object.s3.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.brume.storage.object.model.BucketSetting;
import io.brume.storage.object.s3.config.WebsiteRules.Answer;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a bucket answers as a web site. */
final class WebsiteRulesTest {
    private static final String SITE =
            """
            <WebsiteConfiguration><IndexDocument><Suffix>index.html</Suffix></IndexDocument>\
            <ErrorDocument><Key>error.html</Key></ErrorDocument><RoutingRules>\
            <RoutingRule><Condition><KeyPrefixEquals>docs/</KeyPrefixEquals></Condition>\
            <Redirect><ReplaceKeyPrefixWith>documents/</ReplaceKeyPrefixWith></Redirect></RoutingRule>\
            <RoutingRule><Condition><KeyPrefixEquals>gone/</KeyPrefixEquals></Condition>\
            <Redirect><ReplaceKeyWith>away.html</ReplaceKeyWith><HttpRedirectCode>302</HttpRedirectCode></Redirect></RoutingRule>\
            <RoutingRule><Condition><KeyPrefixEquals>img/</KeyPrefixEquals><HttpErrorCodeReturnedEquals>404</HttpErrorCodeReturnedEquals></Condition>\
            <Redirect><HostName>other.example.com</HostName><Protocol>https</Protocol></Redirect></RoutingRule>\
            </RoutingRules></WebsiteConfiguration>\
            """;

    private static WebsiteRules rules(String document) {
        var door = Door.withBucket(false, Map.of(BucketSetting.WEBSITE, document));
        return WebsiteRules.of(door.bucket(), false).orElseThrow();
    }

    @ParameterizedTest
    @CsvSource({
        "'', index.html",
        "a/, a/index.html",
        "a/b.html, a/b.html",
        "img/a.png, img/a.png",
    })
    void pagesAreServed(String path, String key) {
        assertThat(rules(SITE).first(path, "here")).isEqualTo(new Answer.Serve(key));
    }

    @Test
    void redirectionsByPrefix() {
        var site = rules(SITE);
        assertThat(site.first("docs/a b", "here"))
                .isEqualTo(new Answer.Redirect(301, "http://here/documents/a%20b"));
        assertThat(site.first("gone/x", "here"))
                .isEqualTo(new Answer.Redirect(302, "http://here/away.html"));
    }

    @Test
    void whatIsMissing() {
        var site = rules(SITE);
        assertThat(site.folderPage("a/b")).contains("a/b/index.html");
        assertThat(site.folderPage("a/")).isEmpty();
        assertThat(WebsiteRules.withSlash("a/b")).isEqualTo(new Answer.Redirect(302, "/a/b/"));
        assertThat(site.missed("a", "here", 404))
                .isEqualTo(new Answer.ErrorPage(404, "error.html"));
        assertThat(site.missed("img/a.png", "here", 404))
                .isEqualTo(new Answer.Redirect(301, "https://other.example.com/img/a.png"));
        assertThat(site.missed("img/a.png", "here", 403))
                .isEqualTo(new Answer.ErrorPage(403, "error.html"));
    }

    @Test
    void allElsewhere() {
        var site =
                rules(
                        "<WebsiteConfiguration><RedirectAllRequestsTo><HostName>example.com"
                                + "</HostName></RedirectAllRequestsTo></WebsiteConfiguration>");
        assertThat(site.first("a/", "here"))
                .isEqualTo(new Answer.Redirect(301, "http://example.com/a/"));
        assertThat(site.folderPage("a")).isEmpty();
    }

    @Test
    void withoutErrorPage() {
        var site =
                rules(
                        "<WebsiteConfiguration><IndexDocument><Suffix>i</Suffix></IndexDocument>"
                                + "</WebsiteConfiguration>");
        assertThat(site.missed("a", "here", 404)).isEqualTo(new Answer.PlainError(404));
        assertThat(WebsiteRules.of(Door.withBucket().bucket(), true)).isEmpty();
    }
}
