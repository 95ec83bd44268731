// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title Money and locks that wait for finality, by account
/// @notice Bucket `index` matures when now > index·bucketS. New entries carry index = ceil((now + window) / bucketS),
/// which never falls; with window ≤ bucketS any two immature indices are neighbours, so two slots, by parity, are
/// enough: where a slot holds another index than the new one, that index is at least two behind, hence mature, and
/// moves to the matured sum.
///
/// A claim empties a slot but leaves its index: the next entry then changes a used slot, for 5,000 gas instead of
/// 22,100.
library Buckets {
    struct Bucket {
        uint40 index;
        uint96 amount; // token base units
        uint96 lock; // of the account's stake
    }

    struct Account {
        Bucket[2] waiting; // by parity of the index
        uint128 amount; // matured and not claimed
        uint128 lock;
    }

    function indexOf(uint256 finalAt, uint32 bucketS) internal pure returns (uint40) {
        return uint40((finalAt + bucketS - 1) / bucketS);
    }

    function add(Account storage account, uint40 index, uint96 amount, uint96 lock) internal {
        Bucket storage slot = account.waiting[index & 1];
        Bucket memory bucket = slot;
        if (bucket.index != index) {
            if (bucket.amount != 0 || bucket.lock != 0) {
                account.amount += bucket.amount;
                account.lock += bucket.lock;
            }
            bucket = Bucket(index, 0, 0);
        }
        bucket.amount += amount;
        bucket.lock += lock;
        account.waiting[index & 1] = bucket;
    }

    /// @notice Empties what has matured.
    function takeMatured(Account storage account, uint32 bucketS) internal returns (uint256 amount, uint256 lock) {
        (amount, lock) = matured(account, bucketS);
        for (uint256 i = 0; i < 2; ++i) {
            Bucket memory bucket = account.waiting[i];
            if (_isMature(bucket, bucketS) && (bucket.amount != 0 || bucket.lock != 0)) {
                account.waiting[i] = Bucket(bucket.index, 0, 0);
            }
        }
        if (account.amount != 0 || account.lock != 0) {
            account.amount = 0;
            account.lock = 0;
        }
    }

    function matured(Account storage account, uint32 bucketS) internal view returns (uint256 amount, uint256 lock) {
        return _sum(account, bucketS, true);
    }

    function pending(Account storage account, uint32 bucketS) internal view returns (uint256 amount, uint256 lock) {
        return _sum(account, bucketS, false);
    }

    function _sum(Account storage account, uint32 bucketS, bool mature)
        private
        view
        returns (uint256 amount, uint256 lock)
    {
        if (mature) (amount, lock) = (account.amount, account.lock);
        for (uint256 i = 0; i < 2; ++i) {
            Bucket memory bucket = account.waiting[i];
            if (_isMature(bucket, bucketS) == mature) {
                amount += bucket.amount;
                lock += bucket.lock;
            }
        }
    }

    function _isMature(Bucket memory bucket, uint32 bucketS) private view returns (bool) {
        return block.timestamp > uint256(bucket.index) * bucketS;
    }
}
