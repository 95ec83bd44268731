// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

/// @title Money held in common by shares, one storage slot a pool
/// @notice shares = amount · (S + 1000) / (T + 1), tokens = shares · (T + 1) / (S + 1000), both rounded down, so that
/// the shares of all holders are never worth more than T. The 1,000 virtual shares make it dear to raise a share's
/// price before others come: who does so gives half of it away.
///
/// A pool that was emptied by a slash starts a new generation: shares of an older one are worth nothing.
library SharePool {
    uint256 private constant VIRTUAL_SHARES = 1_000;

    /// @dev Below this part of what its shares once cost, the rest of a pool is dust.
    uint256 private constant DUST_RATIO = VIRTUAL_SHARES << 24;

    struct Pool {
        uint96 tokens;
        uint128 shares;
        uint32 generation;
    }

    struct Holding {
        uint128 shares;
        uint32 generation;
    }

    /// @notice Puts `amount` in. 0 shares: too little for one.
    function mint(Pool memory pool, uint96 amount) internal pure returns (uint128 shares) {
        shares =
            SafeCast.toUint128(Math.mulDiv(amount, uint256(pool.shares) + VIRTUAL_SHARES, uint256(pool.tokens) + 1));
        pool.tokens += amount;
        pool.shares += shares;
    }

    /// @notice Takes `shares` out.
    function burn(Pool memory pool, uint128 shares) internal pure returns (uint96 amount) {
        amount = worth(pool, shares);
        pool.tokens -= amount;
        pool.shares -= shares;
    }

    /// @notice Takes `amount` from all holders, in proportion.
    function cut(Pool memory pool, uint96 amount) internal pure {
        pool.tokens -= amount;
        if (pool.tokens == 0 && pool.shares != 0) _renew(pool);
    }

    /// @notice Where a slash left next to nothing, takes that too: shares could else outgrow their 128 bits.
    function sweep(Pool memory pool) internal pure returns (uint96 dust) {
        if (pool.shares <= pool.tokens * DUST_RATIO) return 0;
        dust = pool.tokens;
        _renew(pool);
    }

    function worth(Pool memory pool, uint128 shares) internal pure returns (uint96) {
        return uint96(Math.mulDiv(shares, uint256(pool.tokens) + 1, uint256(pool.shares) + VIRTUAL_SHARES));
    }

    function sharesOf(Pool memory pool, Holding memory holding) internal pure returns (uint128) {
        return holding.generation == pool.generation ? holding.shares : 0;
    }

    function _renew(Pool memory pool) private pure {
        pool.tokens = 0;
        pool.shares = 0;
        pool.generation += 1;
    }
}
