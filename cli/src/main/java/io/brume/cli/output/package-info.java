/**
 * What a person or a script sees: tables, JSON, text, progress. The only place that writes to the
 * terminal; knows nothing of clouds.
 */
@NullMarked
package io.brume.cli.output;

import org.jspecify.annotations.NullMarked;
