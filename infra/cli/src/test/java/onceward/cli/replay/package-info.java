@NullMarked
package onceward.cli.replay;

import org.jspecify.annotations.NullMarked;
