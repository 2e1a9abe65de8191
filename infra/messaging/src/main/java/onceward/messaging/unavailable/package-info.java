/** What a service answers over HTTP while its database is away. */
@NullMarked
package onceward.messaging.unavailable;

import org.jspecify.annotations.NullMarked;
