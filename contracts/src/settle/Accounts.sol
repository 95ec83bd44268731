// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IJobMarket} from "../interfaces/IJobMarket.sol";
import {ISettlement} from "../interfaces/ISettlement.sol";
import {IStakeManager} from "../interfaces/IStakeManager.sol";
import {Buckets} from "./Buckets.sol";

/// @title What waits for finality, by account, and how it is claimed
abstract contract Accounts is ISettlement {
    using Buckets for Buckets.Account;

    address public immutable stake;
    address public immutable market;
    uint32 public immutable bucketS;

    mapping(address account => Buckets.Account) private _accounts;

    function claim(address account) external {
        (uint256 amount, uint256 lock) = _accounts[account].takeMatured(bucketS);
        if (amount == 0 && lock == 0) revert NothingToClaim(account);
        emit Claimed(account, amount, lock);
        if (lock > 0) IStakeManager(stake).unlock(account, uint96(lock));
        if (amount > 0) IJobMarket(market).payOut(account, amount);
    }

    function claimableOf(address account) external view returns (uint256 amount, uint256 lock) {
        return _accounts[account].matured(bucketS);
    }

    function pendingOf(address account) external view returns (uint256 amount, uint256 lock) {
        return _accounts[account].pending(bucketS);
    }

    function _add(address account, uint256 index, uint256 amount, uint256 lock) internal {
        if (!_accounts[account].add(index, amount, lock)) revert BucketOutOfRange(account, amount, lock);
    }

    function _remove(address account, uint256 index, uint256 amount, uint256 lock) internal {
        if (!_accounts[account].remove(index, amount, lock)) revert BucketOutOfRange(account, amount, lock);
    }

    function _indexAfter(uint256 seconds_) internal view returns (uint256) {
        return Buckets.indexOf(block.timestamp + seconds_, bucketS);
    }
}
