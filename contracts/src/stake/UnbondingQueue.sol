// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title What one holder asked back, by the epoch in which it matures
/// @notice Entries are shares of an unbonding pool, not amounts: a slash cuts the pool, and with it every entry of every
/// holder, without looking at any. Epoch `e` matures when now ≥ e·epochS.
///
/// Bounded: a request matures at ceil((now + delay) / epochS). As delay ≤ 6·epochS, any two immature epochs are less
/// than 8 apart, so 8 slots used in turn are enough; what a reused slot held is mature and moves to `bank`.
library UnbondingQueue {
    uint256 internal constant SLOTS = 8;

    struct Entry {
        uint128 shares;
        uint32 generation; // of the pool; an older one is void
        uint40 epoch;
    }

    struct Queue {
        Entry[SLOTS] waiting;
        Entry bank;
    }

    function epochOf(uint256 availableAt, uint32 epochS) internal pure returns (uint40) {
        return uint40((availableAt + epochS - 1) / epochS);
    }

    function add(Queue storage queue, uint40 epoch, uint128 shares, uint32 generation) internal {
        Entry memory entry = queue.waiting[epoch % SLOTS];
        if (entry.epoch != epoch) {
            if (entry.shares != 0) _bank(queue, entry);
            entry = Entry(0, generation, epoch);
        } else if (entry.generation != generation) {
            entry = Entry(0, generation, epoch);
        }
        entry.shares += shares;
        queue.waiting[epoch % SLOTS] = entry;
    }

    /// @notice Takes out what has matured, of this generation.
    function takeMatured(Queue storage queue, uint32 generation, uint32 epochS) internal returns (uint128 shares) {
        for (uint256 i = 0; i <= SLOTS; ++i) {
            Entry memory entry = _at(queue, i);
            if (entry.shares == 0 || !_isMature(entry, epochS)) continue;
            if (entry.generation == generation) shares += entry.shares;
            entry.shares = 0;
            if (i == SLOTS) queue.bank = entry;
            else queue.waiting[i] = entry;
        }
    }

    /// @return shares of this generation, mature or not
    /// @return availableAt when the first of them matures or did; 0 where there are none
    function sum(Queue storage queue, uint32 generation, uint32 epochS)
        internal
        view
        returns (uint128 shares, uint40 availableAt)
    {
        uint40 first = type(uint40).max;
        for (uint256 i = 0; i <= SLOTS; ++i) {
            Entry memory entry = _at(queue, i);
            if (entry.shares == 0 || entry.generation != generation) continue;
            shares += entry.shares;
            if (entry.epoch < first) first = entry.epoch;
        }
        if (shares != 0) availableAt = first * uint40(epochS);
    }

    function _at(Queue storage queue, uint256 i) private view returns (Entry memory) {
        return i == SLOTS ? queue.bank : queue.waiting[i];
    }

    /// @dev Generations only grow: the older of the two is void.
    function _bank(Queue storage queue, Entry memory entry) private {
        Entry memory bank = queue.bank;
        if (bank.shares == 0 || bank.generation < entry.generation) {
            queue.bank = entry;
        } else if (bank.generation == entry.generation) {
            bank.shares += entry.shares;
            queue.bank = bank;
        }
    }

    function _isMature(Entry memory entry, uint32 epochS) private view returns (bool) {
        return block.timestamp >= uint256(entry.epoch) * epochS;
    }
}
