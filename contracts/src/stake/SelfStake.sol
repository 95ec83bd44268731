// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Payment, StakeDeposit} from "../interfaces/AssayTypes.sol";
import {ITokenVault} from "../interfaces/ITokenVault.sol";
import {AssayHash} from "../libraries/AssayHash.sol";
import {Lanes} from "../libraries/Lanes.sol";
import {SharePool} from "./SharePool.sol";
import {StakeBook} from "./StakeBook.sol";
import {UnbondingQueue} from "./UnbondingQueue.sol";

/// @title A provider's own stake: in, and out again
abstract contract SelfStake is StakeBook {
    using SharePool for SharePool.Pool;
    using UnbondingQueue for UnbondingQueue.Queue;

    function stake(uint96 amount) external {
        _addStake(msg.sender, amount);
        ITokenVault(vault).takeCredit(msg.sender, amount);
    }

    function stakeWithAuthorization(address provider, uint96 amount, uint64 salt, Payment calldata payment) external {
        _addStake(provider, amount);
        bytes32 structHash = AssayHash.hash(StakeDeposit(provider, amount, salt));
        ITokenVault(vault).collect(Lanes.EIP3009, structHash, provider, amount, payment);
    }

    function requestUnbonding(uint96 amount) external {
        if (amount == 0) revert ZeroAmount();
        Account memory account = _accounts[msg.sender];
        uint96 self = _selfOf(msg.sender, account);
        if (self < amount) revert FreeStakeTooSmall(msg.sender, self, amount);
        uint96 free = _free(account);
        account.unbonds = true;
        _saveSelf(msg.sender, account, self - amount);
        if (account.bond < account.locked) revert FreeStakeTooSmall(msg.sender, free, amount);

        SharePool.Pool memory pool = _unbonding[msg.sender];
        uint40 epoch = _unbondingEpoch();
        _queues[msg.sender].add(epoch, pool.mint(amount), pool.generation);
        _unbonding[msg.sender] = pool;
        emit UnbondingRequested(msg.sender, amount, epoch * uint40(unbondingEpochS));
    }

    /// @dev A new generation voids every entry of the queue.
    function cancelUnbonding() external {
        SharePool.Pool memory pool = _unbonding[msg.sender];
        uint96 amount = pool.tokens;
        if (amount == 0) revert NothingUnbonding(msg.sender);
        pool.cut(amount);
        _unbonding[msg.sender] = pool;
        Account memory account = _accounts[msg.sender];
        account.unbonds = false;
        _saveSelf(msg.sender, account, _selfOf(msg.sender, account) + amount);
        emit UnbondingCancelled(msg.sender, amount);
    }

    function withdrawUnbonded() external {
        SharePool.Pool memory pool = _unbonding[msg.sender];
        UnbondingQueue.Queue storage queue = _queues[msg.sender];
        uint128 shares = queue.takeMatured(pool.generation, unbondingEpochS);
        if (shares == 0) {
            if (pool.tokens == 0) revert NothingUnbonding(msg.sender);
            (, uint40 availableAt) = queue.sum(pool.generation, unbondingEpochS);
            revert StillUnbonding(block.timestamp, availableAt);
        }
        uint96 amount = pool.burn(shares);
        Account memory account = _accounts[msg.sender];
        if (pool.shares == 0) {
            amount += pool.tokens; // what rounding left is nobody else's
            pool.tokens = 0;
            account.unbonds = false;
            _accounts[msg.sender] = account;
        }
        _unbonding[msg.sender] = pool;
        emit Unstaked(msg.sender, amount, _selfOf(msg.sender, account) + pool.tokens);
        ITokenVault(vault).giveCredit(msg.sender, amount);
    }

    function _addStake(address provider, uint96 amount) private {
        if (amount == 0) revert ZeroAmount();
        Account memory account = _accounts[provider];
        uint96 self = _fits(uint256(_selfOf(provider, account)) + amount);
        _saveSelf(provider, account, self);
        uint96 unbonding = account.unbonds ? _unbonding[provider].tokens : 0;
        emit Staked(provider, amount, _fits(uint256(self) + unbonding));
    }
}
