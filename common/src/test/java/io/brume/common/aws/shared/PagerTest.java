package io.brume.common.aws.shared;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.brume.common.aws.Fault;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.ec2.model.DescribeInstancesRequest;
import software.amazon.awssdk.services.ec2.model.DescribeVolumesRequest;
import software.amazon.awssdk.services.ec2.model.Filter;

final class PagerTest {
    private static final List<String> ITEMS =
            IntStream.range(0, 23).mapToObj("i-%03d"::formatted).toList();

    private final Pager pager =
            new Pager("a secret of some length".getBytes(StandardCharsets.UTF_8));

    private static DescribeInstancesRequest request(
            @Nullable Integer size, @Nullable String token) {
        return DescribeInstancesRequest.builder().maxResults(size).nextToken(token).build();
    }

    private Page<String> page(@Nullable Integer size, @Nullable String token) {
        return pager.open("123456789012", request(size, token), PageLimits.EC2)
                .of(ITEMS.reversed(), Function.identity());
    }

    @Test
    void showsAllItemsOnceAndInOrder() {
        var shown = new ArrayList<String>();
        String token = null;
        int pages = 0;
        do {
            var page = page(5, token);
            shown.addAll(page.items());
            token = page.nextToken();
            pages++;
        } while (token != null);
        assertThat(shown).isEqualTo(ITEMS);
        assertThat(pages).isEqualTo(5);
    }

    @Test
    void showsAllItemsWhenNoSizeIsAskedFor() {
        assertThat(page(null, null)).isEqualTo(new Page<>(ITEMS, null));
        assertThat(page(23, null).nextToken()).isNull();
    }

    @Test
    void neitherRepeatsNorSkipsWhenItemsComeAndGo() {
        var items = new TreeSet<>(ITEMS);
        var first =
                pager.open("a", request(5, null), PageLimits.EC2).of(items, Function.identity());
        items.remove("i-004"); // the last that was shown
        items.add("i-000b"); // behind
        items.add("i-005b"); // ahead
        var second =
                pager.open("a", request(5, first.nextToken()), PageLimits.EC2)
                        .of(items, Function.identity());
        assertThat(second.items()).containsExactly("i-005", "i-005b", "i-006", "i-007", "i-008");
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 0, 4, 1001, Integer.MAX_VALUE})
    void refusesASizeOutOfBounds(int size) {
        var fault = fault(() -> page(size, null));
        assertThat(fault.code()).isEqualTo("InvalidParameterValue");
        assertThat(fault).hasMessageContaining("Value ( " + size + " ) for parameter maxResults");
    }

    @Test
    void refusesATokenThatIsNotItsOwn() {
        var token = page(5, null).nextToken();
        assertThat(token).isNotNull();
        var other = DescribeVolumesRequest.builder().nextToken(token).build();
        var filtered =
                DescribeInstancesRequest.builder()
                        .nextToken(token)
                        .filters(Filter.builder().name("instance-id").values("x").build())
                        .build();
        assertThat(fault(() -> pager.open("123456789012", other, PageLimits.EC2)).code())
                .isEqualTo("InvalidNextToken");
        assertThat(fault(() -> pager.open("123456789012", filtered, PageLimits.EC2)).code())
                .isEqualTo("InvalidNextToken");
        assertThat(fault(() -> pager.open("another", request(5, token), PageLimits.EC2)).code())
                .isEqualTo("InvalidNextToken");
        var elsewhere = new Pager("another secret of length".getBytes(StandardCharsets.UTF_8));
        assertThat(
                        fault(() ->
                                        elsewhere.open(
                                                "123456789012", request(5, token), PageLimits.EC2))
                                .code())
                .isEqualTo("InvalidNextToken");
    }

    @Test
    void refusesEveryTamperedToken() {
        var token = String.valueOf(page(5, null).nextToken());
        // the last character also holds bits that no byte has; all before are part of a byte
        for (int i = 0; i < token.length() - 1; i++) {
            char flipped = token.charAt(i) == 'A' ? 'B' : 'A';
            var tampered = token.substring(0, i) + flipped + token.substring(i + 1);
            assertThat(fault(() -> page(5, tampered)).code()).isEqualTo("InvalidNextToken");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "====", "not base64!", "AAAA", "%00", "é"})
    void refusesGarbage(String token) {
        assertThat(fault(() -> page(5, token)).code()).isEqualTo("InvalidNextToken");
    }

    @Test
    void takesAnotherSizeOnTheNextPage() {
        var token = page(5, null).nextToken();
        assertThat(page(7, token).items()).hasSize(7).startsWith("i-005");
    }

    private static Fault fault(Runnable step) {
        return catchThrowableOfType(Fault.class, step::run);
    }
}
