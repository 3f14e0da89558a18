/**
 * Makes true what was committed, and keeps it true. Each noun has a pure planner or renderer, which
 * decides, and a dull driver, which reads, asks it, and acts. Level-triggered: woken by a watch and
 * by a timer, free to run at any time and any number of times. Runs on the leader alone.
 */
@NullMarked
package io.brume.control.reconcile;

import org.jspecify.annotations.NullMarked;
