/** The only public door: starts the server and checks its settings. */
@NullMarked
package onceward.gateway;

import org.jspecify.annotations.NullMarked;
