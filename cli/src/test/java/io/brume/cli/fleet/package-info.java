/** The real two ends of the talk between control plane and agents, over loopback. */
package io.brume.cli.fleet;
