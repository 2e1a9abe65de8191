@NullMarked
package onceward.cli.program;

import org.jspecify.annotations.NullMarked;
