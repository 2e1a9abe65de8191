/** The only public entrance of the system: starts the server and checks its settings. */
@NullMarked
package onceward.gateway;

import org.jspecify.annotations.NullMarked;
