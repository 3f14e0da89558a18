package io.brume.common.aws;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;

/**
 * Checks a request against what the model demands of its members: those required are there, numbers
 * and lengths are within bounds, texts fit their patterns. Immutable and thread-safe.
 *
 * <p>EC2 tells of the first mistake and names the parameter; the other services list them all.
 */
final class Validator {
    private static final int LISTED = 10;

    /** One mistake; {@code value} is null when the member is absent. */
    private record Violation(String path, @Nullable Object value, String demand) {
        String describe() {
            return "Value "
                    + (value == null ? "null" : "'" + Scalars.clip(value.toString()) + "'")
                    + " at '"
                    + path
                    + "' failed to satisfy constraint: "
                    + demand;
        }
    }

    private final Api api;
    private final ServiceFacts facts;

    Validator(Api api) {
        this.api = requireNonNull(api);
        this.facts = api.facts();
    }

    /**
     * @throws Fault in the service's own words
     */
    void validate(SdkPojo request) {
        var violations = new ArrayList<Violation>();
        structure(request, "", violations);
        if (!violations.isEmpty()) {
            throw fault(violations);
        }
    }

    private void structure(SdkPojo pojo, String prefix, List<Violation> violations) {
        Map<String, Constraint> constraints = facts.constraints(pojo.getClass().getSimpleName());
        for (var field : pojo.sdkFields()) {
            var path = prefix + name(field);
            var value = Pojos.get(field, pojo);
            var constraint = constraints.get(field.memberName());
            if (value != null) {
                value(field, value, constraint, path, violations);
            } else if (constraint != null && constraint.required()) {
                violations.add(new Violation(path, null, "Member must not be null"));
            }
        }
    }

    /** EC2 names its parameters as they are sent, the other services in camel case. */
    private String name(SdkField<?> field) {
        var name = field.locationName();
        if (isEc2() || name.isEmpty()) {
            return name;
        }
        var member = field.memberName();
        return Character.toLowerCase(member.charAt(0)) + member.substring(1);
    }

    private void value(
            SdkField<?> field,
            Object value,
            @Nullable Constraint constraint,
            String path,
            List<Violation> violations) {
        if (constraint != null) {
            var demand = ConstraintCheck.broken(constraint, value);
            if (demand != null) {
                violations.add(new Violation(path, value, demand));
            }
        }
        switch (value) {
            case SdkPojo pojo -> structure(pojo, path + ".", violations);
            case List<?> list when Pojos.isList(field) -> {
                SdkField<?> member = Pojos.list(field).memberFieldInfo();
                int number = 0;
                for (var item : list) {
                    number++;
                    if (item != null) {
                        var of = constraint == null ? null : constraint.member();
                        value(member, item, of, path + "." + number, violations);
                    }
                }
            }
            case Map<?, ?> map when Pojos.isMap(field) ->
                    map(field, map, constraint, path, violations);
            default -> {}
        }
    }

    private void map(
            SdkField<?> field,
            Map<?, ?> map,
            @Nullable Constraint constraint,
            String path,
            List<Violation> violations) {
        SdkField<?> valueField = Pojos.map(field).valueFieldInfo();
        for (var entry : map.entrySet()) {
            var ofKey = constraint == null ? null : constraint.key();
            var demand = ofKey == null ? null : ConstraintCheck.broken(ofKey, entry.getKey());
            if (demand != null) {
                violations.add(new Violation(path, entry.getKey(), demand));
            }
            if (entry.getValue() != null) {
                var ofValue = constraint == null ? null : constraint.value();
                var at = path + "." + Scalars.clip(String.valueOf(entry.getKey()));
                value(valueField, entry.getValue(), ofValue, at, violations);
            }
        }
    }

    private Fault fault(List<Violation> violations) {
        var first = violations.getFirst();
        var code = first.value() == null ? api.missingCode() : api.invalidCode();
        if (isEc2() && first.value() == null) {
            return Fault.invalid(code, "The request must contain the parameter " + first.path());
        }
        if (isEc2()) {
            return Fault.invalid(
                    code,
                    "Value ("
                            + Scalars.clip(String.valueOf(first.value()))
                            + ") for parameter "
                            + first.path()
                            + " is invalid. "
                            + first.demand());
        }
        if (api.service().equals("s3") && first.value() == null && first.path().contains(".")) {
            return Fault.invalid("MalformedXML", XmlReader.OTHER_SCHEMA);
        }
        var text = new StringBuilder();
        text.append(violations.size())
                .append(violations.size() == 1 ? " validation error" : " validation errors")
                .append(" detected: ");
        text.append(
                String.join(
                        "; ", violations.stream().limit(LISTED).map(Violation::describe).toList()));
        return Fault.invalid(code, text.toString());
    }

    private boolean isEc2() {
        return api.usualWire() == Wire.EC2_QUERY;
    }
}
