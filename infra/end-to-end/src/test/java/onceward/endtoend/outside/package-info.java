/** What others meet who use the libraries in a build of their own. */
@NullMarked
package onceward.endtoend.outside;

import org.jspecify.annotations.NullMarked;
