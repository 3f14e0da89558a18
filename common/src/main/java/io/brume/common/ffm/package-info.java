/**
 * The few foreign functions that the JDK has no door to. One class per purpose, each with a Java
 * face that says nothing of memory segments; no cloud noun and no policy.
 */
@NullMarked
package io.brume.common.ffm;

import org.jspecify.annotations.NullMarked;
