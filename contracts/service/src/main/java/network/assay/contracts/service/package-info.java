/**
 * What each long-running process of ours shares: {@link network.assay.contracts.service.Config},
 * {@link network.assay.contracts.service.KeyFiles}, {@link network.assay.contracts.service.Tls},
 * {@link network.assay.contracts.service.Health} and {@link network.assay.contracts.service.Json}.
 * The durable store beside them is {@link network.assay.contracts.client.store.SqliteStore}.
 */
@NullMarked
package network.assay.contracts.service;

import org.jspecify.annotations.NullMarked;
