package io.brume.cli.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FormTest {
    @Test
    void writesListsFiltersAndTagsInAwsForm() {
        String body =
                new Form()
                        .with("Empty", "")
                        .withList("InstanceId", List.of("i-1", "i-2"))
                        .withFilter("tag:Name", "a b&c")
                        .withFilter("state", "on", "off")
                        .withTags("instance", Map.of("Name", "ü"))
                        .encode();
        assertThat(body.split("&"))
                .containsExactly(
                        "InstanceId.1=i-1",
                        "InstanceId.2=i-2",
                        "Filter.1.Name=tag%3AName",
                        "Filter.1.Value.1=a+b%26c",
                        "Filter.2.Name=state",
                        "Filter.2.Value.1=on",
                        "Filter.2.Value.2=off",
                        "TagSpecification.1.ResourceType=instance",
                        "TagSpecification.1.Tag.1.Key=Name",
                        "TagSpecification.1.Tag.1.Value=%C3%BC");
    }
}
