/** The demo's crowd and its arithmetic. */
@NullMarked
package onceward.cli.demo;

import org.jspecify.annotations.NullMarked;
