/**
 * The servers that tests run against: processes of this machine or, when asked for, containers.
 * Start at {@link onceward.messaging.testkit.servers.Servers}.
 */
@NullMarked
package onceward.messaging.testkit.servers;

import org.jspecify.annotations.NullMarked;
