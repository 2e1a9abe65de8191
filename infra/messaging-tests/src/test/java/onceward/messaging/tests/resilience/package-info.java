/** What the library promises while processes come and go and servers fail, under load. */
@NullMarked
package onceward.messaging.tests.resilience;

import org.jspecify.annotations.NullMarked;
