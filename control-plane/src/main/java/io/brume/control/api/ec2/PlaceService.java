package io.brume.control.api.ec2;

import software.amazon.awssdk.services.ec2.model.DescribeAccountAttributesRequest;
import software.amazon.awssdk.services.ec2.model.DescribeAccountAttributesResponse;
import software.amazon.awssdk.services.ec2.model.DescribeAvailabilityZonesRequest;
import software.amazon.awssdk.services.ec2.model.DescribeAvailabilityZonesResponse;
import software.amazon.awssdk.services.ec2.model.DescribeRegionsRequest;
import software.amazon.awssdk.services.ec2.model.DescribeRegionsResponse;

/** EC2's operations on regions, zones, and what an account may have there. */
final class PlaceService extends Ec2Noun {
    private final PlaceOperations places;

    PlaceService(Ec2Parts parts) {
        places = new PlaceOperations(new Calls(parts.store(), parts.pager()), parts.region());
    }

    @Override
    public DescribeRegionsResponse describeRegions(DescribeRegionsRequest request) {
        return places.describeRegions(request);
    }

    @Override
    public DescribeAvailabilityZonesResponse describeAvailabilityZones(
            DescribeAvailabilityZonesRequest request) {
        return places.describeZones(request);
    }

    @Override
    public DescribeAccountAttributesResponse describeAccountAttributes(
            DescribeAccountAttributesRequest request) {
        return places.describeAttributes(request);
    }
}
