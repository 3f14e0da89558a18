package io.brume.control.api.admin;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.brume.common.aws.Fault;
import io.brume.control.api.admin.AdminApi.AdminOperation;
import io.brume.control.domain.AccountId;
import io.brume.control.domain.identity.Account;
import io.brume.control.state.AccountDirectory;
import io.brume.control.state.IssuedKey;
import java.util.List;
import java.util.Map;

/** The life of accounts. */
public final class AccountCalls {
    private static final int LONGEST_NAME = 128;

    private final AccountDirectory accounts;
    private final AccountId operator;

    public AccountCalls(AccountDirectory accounts, AccountId operator) {
        this.accounts = requireNonNull(accounts);
        this.operator = requireNonNull(operator);
    }

    /** By name. */
    public Map<String, AdminOperation> operations() {
        return Map.of(
                "CreateAccount", this::create,
                "ListAccounts", this::list,
                "ResetAccount", this::reset,
                "DeleteAccount", this::delete);
    }

    private void create(JsonNode request, ObjectNode answer) {
        var name = request.path("Name").asText("");
        if (name.isEmpty() || name.length() > LONGEST_NAME) {
            throw Fault.invalid(
                    "ValidationException",
                    "Name must have 1 to %d characters.".formatted(LONGEST_NAME));
        }
        var account =
                request.hasNonNull("AccountId")
                        ? accounts.create(id(request), name)
                        : accounts.create(name);
        show(account, answer.putObject("Account"));
        show(accounts.credentials(account.id()), answer);
    }

    private void list(JsonNode request, ObjectNode answer) {
        var array = answer.putArray("Accounts");
        accounts.list().forEach(account -> show(account, array.addObject()));
    }

    private void reset(JsonNode request, ObjectNode answer) {
        var id = id(request);
        accounts.reset(id);
        answer.put("AccountId", id.value());
    }

    private void delete(JsonNode request, ObjectNode answer) {
        var id = id(request);
        if (id.equals(operator)) {
            throw Fault.conflict(
                    "ValidationException",
                    "The operator's own account cannot be deleted; reset it instead.");
        }
        accounts.delete(id);
        answer.put("AccountId", id.value());
    }

    private static AccountId id(JsonNode request) {
        var text = request.path("AccountId").asText("");
        if (!text.matches("[0-9]{12}")) {
            throw Fault.invalid("ValidationException", "AccountId must be twelve digits.");
        }
        return new AccountId(text);
    }

    private void show(Account account, ObjectNode out) {
        out.put("AccountId", account.id().value())
                .put("Name", account.name())
                .put("CreatedAt", account.created().toString())
                .put("Operator", account.id().equals(operator));
    }

    private static void show(List<IssuedKey> keys, ObjectNode out) {
        keys.stream()
                .findFirst()
                .ifPresent(key ->
                        out.putObject("Credentials")
                                .put("AccessKeyId", key.id().value())
                                .put("SecretAccessKey", key.secret().reveal()));
    }
}
