package io.brume.control.api.ec2;

import software.amazon.awssdk.services.ec2.Ec2Client;

/**
 * The part of EC2 that is about one noun, as AWS's own client interface has it. A subclass only
 * lists the noun's operations: the classes behind it do the work. What no noun overrides is not
 * offered. Thread-safe; called inside a {@link io.brume.control.api.CallContext}.
 */
abstract class Ec2Noun implements Ec2Client {
    @Override
    public final String serviceName() {
        return SERVICE_NAME;
    }

    @Override
    public final void close() {
        // Holds nothing of its own: the store is closed by whoever opened it.
    }
}
