/** What the coordinator must not forget: embedded or external PostgreSQL, and one class a table. */
@NullMarked
package network.assay.coordinator.app.store;

import org.jspecify.annotations.NullMarked;
