/**
 * The directory: the people who want to be found, by the beginning of their name. A read model, fed
 * by the messages about profiles. Start at {@link onceward.user.directory.DirectoryProjection}.
 */
@NullMarked
package onceward.user.directory;

import org.jspecify.annotations.NullMarked;
