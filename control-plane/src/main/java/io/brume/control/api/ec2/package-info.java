/**
 * EC2's front door: {@link io.brume.control.api.ec2.Ec2Service} lists the nouns, each noun's
 * service class its operations; the classes behind it check, transact and answer. Parses no wire
 * and renders none; how a thing is shown in AWS's classes is said in the noun's view. Knows no
 * Raft, RocksDB or agent type.
 */
@NullMarked
package io.brume.control.api.ec2;

import org.jspecify.annotations.NullMarked;
