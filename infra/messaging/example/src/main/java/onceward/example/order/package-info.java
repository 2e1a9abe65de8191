/** Orders: placed and shipped over HTTP, each change told in its own transaction. */
@NullMarked
package onceward.example.order;

import org.jspecify.annotations.NullMarked;
