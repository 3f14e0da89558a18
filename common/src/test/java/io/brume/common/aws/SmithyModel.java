package io.brume.common.aws;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.protocol.MarshallLocation;
import software.amazon.awssdk.core.protocol.MarshallingType;
import software.amazon.awssdk.core.traits.JsonValueTrait;
import software.amazon.awssdk.core.traits.ListTrait;
import software.amazon.awssdk.core.traits.LocationTrait;
import software.amazon.awssdk.core.traits.MapTrait;
import software.amazon.awssdk.core.traits.PayloadTrait;
import software.amazon.awssdk.core.traits.TimestampFormatTrait;
import software.amazon.awssdk.core.traits.Trait;
import software.amazon.smithy.aws.traits.protocols.Ec2QueryNameTrait;
import software.amazon.smithy.model.Model;
import software.amazon.smithy.model.shapes.ListShape;
import software.amazon.smithy.model.shapes.MapShape;
import software.amazon.smithy.model.shapes.MemberShape;
import software.amazon.smithy.model.shapes.OperationShape;
import software.amazon.smithy.model.shapes.Shape;
import software.amazon.smithy.model.shapes.ShapeId;
import software.amazon.smithy.model.traits.HttpHeaderTrait;
import software.amazon.smithy.model.traits.HttpLabelTrait;
import software.amazon.smithy.model.traits.HttpPayloadTrait;
import software.amazon.smithy.model.traits.HttpPrefixHeadersTrait;
import software.amazon.smithy.model.traits.HttpQueryParamsTrait;
import software.amazon.smithy.model.traits.HttpQueryTrait;
import software.amazon.smithy.model.traits.HttpResponseCodeTrait;
import software.amazon.smithy.model.traits.HttpTrait;
import software.amazon.smithy.model.traits.JsonNameTrait;
import software.amazon.smithy.model.traits.MediaTypeTrait;
import software.amazon.smithy.model.traits.RequiredTrait;
import software.amazon.smithy.model.traits.StreamingTrait;
import software.amazon.smithy.model.traits.XmlAttributeTrait;
import software.amazon.smithy.model.traits.XmlFlattenedTrait;
import software.amazon.smithy.model.traits.XmlNameTrait;

/**
 * Makes of Smithy's shapes what the SDK's code generator would: {@link SdkField}s and operations.
 */
final class SmithyModel {
    private final Model model;
    private final Wire wire;
    private final Map<ShapeId, List<SdkField<?>>> structures = new HashMap<>();

    SmithyModel(Model model, Wire wire) {
        this.model = model;
        this.wire = wire;
    }

    Operation operation(OperationShape shape) {
        var http = shape.getTrait(HttpTrait.class).orElse(null);
        var input = shape.getInputShape();
        var output = shape.getOutputShape();
        var name = shape.getId().getName();
        return new Operation(
                name,
                http == null || !wire.isRest()
                        ? null
                        : Route.of(http.getMethod(), http.getUri().toString(), needs(input)),
                http == null || !wire.isRest() ? 200 : http.getCode(),
                model.expectShape(output)
                        .getTrait(XmlNameTrait.class)
                        .map(XmlNameTrait::getValue)
                        .orElse(output.getName().equals("Unit") ? "" : output.getName()),
                !output.getName().equals("Unit"),
                pojo(input),
                streams(input),
                streams(output),
                false);
    }

    private List<String> needs(ShapeId input) {
        var needs = new ArrayList<String>();
        for (var member : model.expectShape(input).members()) {
            if (member.hasTrait(RequiredTrait.class)) {
                member.getTrait(HttpQueryTrait.class).ifPresent(t -> needs.add("?" + t.getValue()));
                member.getTrait(HttpHeaderTrait.class)
                        .ifPresent(t -> needs.add(":" + t.getValue()));
            }
        }
        return needs;
    }

    private boolean streams(ShapeId structure) {
        return model.expectShape(structure).members().stream().anyMatch(this::isStream);
    }

    private boolean isStream(MemberShape member) {
        return member.hasTrait(HttpPayloadTrait.class)
                && model.expectShape(member.getTarget()).hasTrait(StreamingTrait.class);
    }

    Supplier<SdkPojo> pojo(ShapeId structure) {
        return () -> new DynamicPojo(fields(structure));
    }

    private List<SdkField<?>> fields(ShapeId structure) {
        var known = structures.get(structure);
        if (known != null) {
            return known;
        }
        var fields = new ArrayList<SdkField<?>>();
        structures.put(structure, fields); // before its members, which may refer to it
        for (var member : model.expectShape(structure).members()) {
            if (!isStream(member)) {
                fields.add(field(member));
            }
        }
        return fields;
    }

    private SdkField<?> field(MemberShape member) {
        var target = model.expectShape(member.getTarget());
        var traits = new ArrayList<Trait>();
        traits.add(location(member));
        if (member.hasTrait(HttpPayloadTrait.class) && wire.isRest()) {
            traits.add(PayloadTrait.create());
        }
        if (member.hasTrait(XmlAttributeTrait.class)) {
            traits.add(software.amazon.awssdk.core.traits.XmlAttributeTrait.create());
        }
        if (member.hasTrait(HttpHeaderTrait.class)
                && target.getTrait(MediaTypeTrait.class)
                        .filter(t -> t.getValue().equals("application/json"))
                        .isPresent()) {
            traits.add(JsonValueTrait.create());
        }
        timestampFormat(member, target, traits);
        boolean flattened = member.hasTrait(XmlFlattenedTrait.class);
        if (target instanceof ListShape list) {
            traits.add(
                    ListTrait.builder()
                            .memberLocationName(xmlName(list.getMember(), "member"))
                            .isFlattened(flattened)
                            .memberFieldInfo(field(list.getMember()))
                            .build());
        } else if (target instanceof MapShape map) {
            traits.add(
                    MapTrait.builder()
                            .keyLocationName(xmlName(map.getKey(), "key"))
                            .valueLocationName(xmlName(map.getValue(), "value"))
                            .isFlattened(flattened)
                            .valueFieldInfo(field(map.getValue()))
                            .build());
        }
        var name = member.getMemberName();
        return SdkField.<Object>builder(type(target))
                .memberName(name)
                .getter(pojo -> ((DynamicPojo) pojo).get(name))
                .setter((pojo, value) -> ((DynamicPojo) pojo).set(name, value))
                .constructor(pojo(target.getId()))
                .traits(traits.toArray(Trait[]::new))
                .build();
    }

    private static void timestampFormat(MemberShape member, Shape target, List<Trait> traits) {
        var format =
                member.getTrait(software.amazon.smithy.model.traits.TimestampFormatTrait.class)
                        .or(() ->
                                target.getTrait(
                                        software.amazon.smithy.model.traits.TimestampFormatTrait
                                                .class));
        format.ifPresent(trait ->
                traits.add(
                        TimestampFormatTrait.create(
                                switch (trait.getValue()) {
                                    case "date-time" -> TimestampFormatTrait.Format.ISO_8601;
                                    case "http-date" -> TimestampFormatTrait.Format.RFC_822;
                                    default -> TimestampFormatTrait.Format.UNIX_TIMESTAMP;
                                })));
    }

    private LocationTrait location(MemberShape member) {
        var name = bodyName(member);
        var location = LocationTrait.builder().location(MarshallLocation.PAYLOAD);
        location.locationName(requestName(member, name)).unmarshallLocationName(name);
        if (!wire.isRest()) {
            return location.build();
        }
        member.getTrait(HttpHeaderTrait.class)
                .ifPresent(t -> at(location, MarshallLocation.HEADER, t.getValue()));
        member.getTrait(HttpPrefixHeadersTrait.class)
                .ifPresent(t -> at(location, MarshallLocation.HEADER, t.getValue()));
        member.getTrait(HttpQueryTrait.class)
                .ifPresent(t -> at(location, MarshallLocation.QUERY_PARAM, t.getValue()));
        member.getTrait(HttpQueryParamsTrait.class)
                .ifPresent(t -> at(location, MarshallLocation.QUERY_PARAM, ""));
        member.getTrait(HttpLabelTrait.class)
                .ifPresent(t -> at(location, MarshallLocation.PATH, member.getMemberName()));
        member.getTrait(HttpResponseCodeTrait.class)
                .ifPresent(t -> at(location, MarshallLocation.STATUS_CODE, ""));
        if (member.hasTrait(HttpPayloadTrait.class)) {
            var target = model.expectShape(member.getTarget());
            var payload = target.getTrait(XmlNameTrait.class).map(XmlNameTrait::getValue);
            var inner = payload.orElse(target.getId().getName());
            at(location, MarshallLocation.PAYLOAD, xmlName(member, inner));
        }
        return location.build();
    }

    private static void at(LocationTrait.Builder to, MarshallLocation location, String name) {
        to.location(location).locationName(name).unmarshallLocationName(name);
    }

    private String bodyName(MemberShape member) {
        return switch (wire) {
            case EC2_QUERY, AWS_QUERY, REST_XML ->
                    xmlName(
                            member,
                            isElement(member, "member") ? "member" : member.getMemberName());
            case REST_JSON ->
                    member.getTrait(JsonNameTrait.class)
                            .map(JsonNameTrait::getValue)
                            .orElse(member.getMemberName());
            case AWS_JSON_1_0, AWS_JSON_1_1, RPC_V2_CBOR -> member.getMemberName();
        };
    }

    private boolean isElement(MemberShape member, String name) {
        return member.getMemberName().equals(name)
                && model.expectShape(member.getContainer()) instanceof ListShape;
    }

    private String requestName(MemberShape member, String bodyName) {
        if (wire != Wire.EC2_QUERY) {
            return bodyName;
        }
        return member.getTrait(Ec2QueryNameTrait.class)
                .map(Ec2QueryNameTrait::getValue)
                .orElse(Character.toUpperCase(bodyName.charAt(0)) + bodyName.substring(1));
    }

    private static String xmlName(MemberShape member, String otherwise) {
        return member.getTrait(XmlNameTrait.class).map(XmlNameTrait::getValue).orElse(otherwise);
    }

    private static MarshallingType<? super Object> type(Shape shape) {
        return cast(
                switch (shape.getType()) {
                    case BOOLEAN -> MarshallingType.BOOLEAN;
                    case BYTE -> MarshallingType.BYTE;
                    case SHORT -> MarshallingType.SHORT;
                    case INTEGER, INT_ENUM -> MarshallingType.INTEGER;
                    case LONG -> MarshallingType.LONG;
                    case FLOAT -> MarshallingType.FLOAT;
                    case DOUBLE -> MarshallingType.DOUBLE;
                    case BIG_DECIMAL, BIG_INTEGER -> MarshallingType.BIG_DECIMAL;
                    case BLOB -> MarshallingType.SDK_BYTES;
                    case TIMESTAMP -> MarshallingType.INSTANT;
                    case DOCUMENT -> MarshallingType.DOCUMENT;
                    case LIST, SET -> MarshallingType.LIST;
                    case MAP -> MarshallingType.MAP;
                    case STRUCTURE, UNION -> MarshallingType.SDK_POJO;
                    default -> MarshallingType.STRING;
                });
    }

    @SuppressWarnings("unchecked") // the fields of a dynamic class hold any object
    private static MarshallingType<? super Object> cast(MarshallingType<?> type) {
        return (MarshallingType<? super Object>) type;
    }
}
