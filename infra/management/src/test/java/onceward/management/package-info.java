/** Tests of the operators' door, over HTTP where that is what is promised. */
@NullMarked
package onceward.management;

import org.jspecify.annotations.NullMarked;
