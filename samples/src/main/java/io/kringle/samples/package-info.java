/** Small complete programs, each showing one use of Kringle, written to be copied. */
@NullMarked
package io.kringle.samples;

import org.jspecify.annotations.NullMarked;
