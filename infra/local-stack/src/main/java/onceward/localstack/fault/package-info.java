/** Faults of the network, for tests. */
@NullMarked
package onceward.localstack.fault;

import org.jspecify.annotations.NullMarked;
