/** What is left of the guarantees when processes and connections are killed at the worst moment. */
@NullMarked
package onceward.messaging.tests.killed;

import org.jspecify.annotations.NullMarked;
