/** The model of a service on the library: start here, then read order, then billing. */
@NullMarked
package onceward.example;

import org.jspecify.annotations.NullMarked;
