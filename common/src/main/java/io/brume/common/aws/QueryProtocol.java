package io.brume.common.aws;

import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkPojo;

/**
 * awsQuery and ec2Query: the operation and its members are form parameters, of the body or, for
 * hand-made requests, of the URL; the answer is XML.
 *
 * <p>The result element of awsQuery is always written, even empty: AWS's SDK for Go demands it.
 */
record QueryProtocol(boolean ec2, @Nullable String namespace) implements Protocol {
    private static final String FORM = "application/x-www-form-urlencoded";

    @Override
    public Bound read(HttpCall call, Operations operations) {
        var parameters = parameters(ContentEncoding.decode(call));
        var action = parameters.first("Action");
        if (action == null || action.isEmpty()) {
            throw Fault.invalid("MissingAction", "The request must contain the parameter Action");
        }
        var operation = operations.find(action);
        if (operation == null) {
            throw operations.isKnown(action)
                    ? Fault.unsupported(
                            "UnsupportedOperation",
                            "The operation " + action + " is not supported by this cloud.")
                    : Fault.invalid(
                            "InvalidAction",
                            "The action "
                                    + Scalars.clip(action)
                                    + " is not valid for this web service.");
        }
        SdkPojo request = operation.newRequest().get();
        QueryReader.read(parameters, request, ec2);
        return new Bound(operation, request);
    }

    static Parameters parameters(HttpCall call) {
        var fromUrl = Parameters.parse(call.query());
        return isForm(call) ? fromUrl.and(Parameters.parse(Utf8.decode(call.body()))) : fromUrl;
    }

    /** Whether the request has an action among its parameters, or a body that may hold one. */
    static boolean looksLikeQuery(HttpCall call) {
        return call.query().contains("Action=") || isForm(call);
    }

    static boolean isForm(HttpCall call) {
        var type = call.header("content-type");
        return call.body().length > 0
                && (type == null || type.toLowerCase(Locale.ROOT).startsWith(FORM));
    }

    @Override
    public HttpReply write(Operation operation, HandlerResult result, String requestId) {
        var root = operation.name() + "Response";
        var xml = new XmlWriter().open(root, namespace);
        if (ec2) {
            xml.leaf("requestId", requestId).members(result.response());
        } else {
            var element = operation.name() + "Result";
            xml.open(element).members(result.response()).close(element);
            xml.open("ResponseMetadata").leaf("RequestId", requestId).close("ResponseMetadata");
        }
        return reply(200, requestId, xml.close(root));
    }

    @Override
    public HttpReply write(FaultAnswer fault, String requestId) {
        var xml = new XmlWriter();
        if (ec2) {
            xml.open("Response").open("Errors").open("Error");
            error(xml, fault).close("Error").close("Errors");
            xml.leaf("RequestID", requestId).close("Response");
        } else {
            xml.open("ErrorResponse", namespace).open("Error").leaf("Type", fault.blame());
            error(xml, fault).close("Error");
            xml.leaf("RequestId", requestId).close("ErrorResponse");
        }
        return reply(fault.status(), requestId, xml);
    }

    private static XmlWriter error(XmlWriter xml, FaultAnswer fault) {
        xml.leaf("Code", fault.code());
        if (!fault.message().isEmpty()) {
            xml.leaf("Message", fault.message());
        }
        var members = fault.members();
        return members == null ? xml : xml.members(members);
    }

    private HttpReply reply(int status, String requestId, XmlWriter xml) {
        var type = ec2 ? "text/xml;charset=UTF-8" : "text/xml";
        var headers = Map.of("x-amzn-RequestId", requestId, "Content-Type", type);
        return new HttpReply(status, headers, xml.toBytes());
    }

    @Override
    public Fault refuse(Malformed malformed) {
        return switch (malformed.kind()) {
            case VALUE -> Fault.invalid("InvalidParameterValue", malformed.reason());
            case DOCUMENT, LIMIT -> Fault.invalid("MalformedQueryString", malformed.reason());
        };
    }
}
