package io.brume.cli.command.account;

import io.brume.cli.client.Cloud;
import io.brume.cli.command.CloudCommand;
import io.brume.cli.command.Context;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "create",
        description = "Makes an account and prints its credentials, which are shown this once.",
        footer = {"  brume account create research", "  brume account create ci --id 210987654321"})
final class CreateAccount extends CloudCommand {
    @Parameters(paramLabel = "NAME", description = "what people call it")
    private String name = "";

    @Option(
            names = "--id",
            paramLabel = "ID",
            description = "twelve digits (default: the cloud chooses)")
    private String id = "";

    CreateAccount(Context context) {
        super(context);
    }

    @Override
    protected int run(Cloud cloud) {
        var input = new LinkedHashMap<String, Object>();
        input.put("Name", name);
        if (!id.isEmpty()) {
            input.put("AccountId", id);
        }
        Map<String, Object> answer = cloud.brume("CreateAccount", input);
        var row = new LinkedHashMap<String, Object>();
        for (String part : List.of("Account", "Credentials")) {
            Cloud.objects(List.of(answer.getOrDefault(part, Map.of()))).forEach(row::putAll);
        }
        Cloud.objects(List.of(row.getOrDefault("Credentials", Map.of()))).forEach(row::putAll);
        row.remove("Credentials");
        listing().row(row);
        return 0;
    }
}
