/** What the agent remembers through a power cut, in one SQLite file. */
@NullMarked
package network.assay.agent.app.journal;

import org.jspecify.annotations.NullMarked;
