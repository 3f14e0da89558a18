package io.brume.control.api.gateway;

import io.brume.common.aws.HttpCall;
import io.brume.control.api.ApiHandler;
import java.util.List;
import java.util.Optional;

/**
 * Which handler a request is for: one of Brume's own routes, one of the few pages for people and
 * probes, or else AWS. The pages answer only requests without a signature, so that a bucket may be
 * named {@code metrics}. Immutable.
 */
final class Doors {
    /**
     * A handler.
     *
     * @param vital answered even when too many calls are being handled
     */
    record Door(ApiHandler handler, boolean vital) {}

    private final Door aws;
    private final Door landing;
    private final OperatorPages pages;
    private final List<GatewayRoute> routes;

    Doors(ApiHandler aws, String region, OperatorPages pages, List<GatewayRoute> routes) {
        this.aws = new Door(aws, false);
        this.landing = new Door(new LandingPage(region), true);
        this.pages = pages;
        this.routes = List.copyOf(routes);
    }

    /** The route that a request is for, if it is not for a page or an AWS call. */
    Optional<GatewayRoute> route(HttpCall head) {
        for (var route : routes) {
            var claim = route.claim(head);
            if (claim == GatewayRoute.Claim.SURELY
                    || (claim == GatewayRoute.Claim.UNLESS_A_PAGE && page(head).isEmpty())) {
                return Optional.of(route);
            }
        }
        return Optional.empty();
    }

    /** Where a request that is for no route goes. */
    Door door(HttpCall head) {
        return page(head).orElse(aws);
    }

    private Optional<Door> page(HttpCall head) {
        boolean reads = head.method().equals("GET") || head.method().equals("HEAD");
        if (reads && !RequestHead.signed(head) && head.query().isEmpty()) {
            var page = pages.page(head.path());
            if (page.isPresent()) {
                return page.map(handler -> new Door(handler, true));
            }
            if (head.path().equals("/")) {
                return Optional.of(landing);
            }
        }
        return Optional.empty();
    }
}
