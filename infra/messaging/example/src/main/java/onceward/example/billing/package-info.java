/**
 * Invoices: another consumer of what happens to orders; knows nothing of them but their messages.
 */
@NullMarked
package onceward.example.billing;

import org.jspecify.annotations.NullMarked;
