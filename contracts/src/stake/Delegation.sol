// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ITokenVault} from "../interfaces/ITokenVault.sol";
import {Bps} from "../libraries/Bps.sol";
import {SelfStake} from "./SelfStake.sol";
import {SharePool} from "./SharePool.sol";
import {UnbondingQueue} from "./UnbondingQueue.sol";

/// @title Stake of others behind a provider, by shares
abstract contract Delegation is SelfStake {
    using SharePool for SharePool.Pool;
    using UnbondingQueue for UnbondingQueue.Queue;

    uint16 public constant COMMISSION_BPS_MAX = 3_000;

    function delegate(address provider, uint96 amount) external returns (uint128 shares) {
        if (amount == 0) revert ZeroAmount();
        if (provider == msg.sender) revert SelfDelegation(provider);
        Account memory account = _accounts[provider];
        uint96 self = _selfOf(provider, account);
        SharePool.Pool memory pool = _delegated[provider];
        uint256 sum = uint256(pool.tokens) + amount;
        if (sum > uint256(self) * DELEGATION_MULTIPLE) {
            revert DelegationTooLarge(provider, sum, uint256(self) * DELEGATION_MULTIPLE);
        }
        account.hasDelegators = true;
        shares = pool.mint(amount);
        if (shares == 0) revert ZeroAmount();
        _delegated[provider] = pool;
        _saveSelf(provider, account, self);
        SharePool.Holding memory holding = _holdings[provider][msg.sender];
        _holdings[provider][msg.sender] = SharePool.Holding(pool.sharesOf(holding) + shares, pool.generation);
        emit Delegated(provider, msg.sender, amount, shares);
        ITokenVault(vault).takeCredit(msg.sender, amount);
    }

    function undelegate(address provider, uint128 shares) external returns (uint96 amount) {
        SharePool.Pool memory pool = _delegated[provider];
        uint128 held = pool.sharesOf(_holdings[provider][msg.sender]);
        if (shares == 0) revert ZeroAmount();
        if (held < shares) revert SharesTooFew(provider, msg.sender, held, shares);
        _holdings[provider][msg.sender] = SharePool.Holding(held - shares, pool.generation);
        amount = pool.burn(shares);
        if (amount == 0) revert ZeroAmount();
        _delegated[provider] = pool;
        Account memory account = _accounts[provider];
        _saveSelf(provider, account, _selfOf(provider, account));

        SharePool.Pool memory leaving = _leaving[provider];
        uint40 epoch = _unbondingEpoch();
        _leavers[provider][msg.sender].add(epoch, leaving.mint(amount), leaving.generation);
        _leaving[provider] = leaving;
        emit UndelegationRequested(provider, msg.sender, shares, amount, epoch * uint40(unbondingEpochS));
    }

    function withdrawUndelegated(address provider) external returns (uint96 amount) {
        SharePool.Pool memory pool = _leaving[provider];
        UnbondingQueue.Queue storage queue = _leavers[provider][msg.sender];
        uint128 shares = queue.takeMatured(pool.generation, unbondingEpochS);
        if (shares == 0) {
            (, uint40 availableAt) = queue.sum(pool.generation, unbondingEpochS);
            if (availableAt == 0) revert NothingUnbonding(msg.sender);
            revert StillUnbonding(block.timestamp, availableAt);
        }
        amount = pool.burn(shares);
        _leaving[provider] = pool;
        emit Undelegated(provider, msg.sender, amount);
        ITokenVault(vault).giveCredit(msg.sender, amount);
    }

    function rewardDelegators(address provider, uint96 amount) external {
        if (amount == 0) revert ZeroAmount();
        SharePool.Pool memory pool = _delegated[provider];
        if (pool.shares == 0) revert NoDelegators(provider);
        (uint16 bps,,) = commissionOf(provider);
        uint96 commission = Bps.down(amount, bps);
        pool.tokens = _fits(uint256(pool.tokens) + amount - commission);
        _delegated[provider] = pool;
        Account memory account = _accounts[provider];
        _saveSelf(provider, account, _selfOf(provider, account));
        emit DelegatorsRewarded(provider, msg.sender, amount - commission, commission);
        ITokenVault(vault).takeCredit(msg.sender, amount);
        if (commission > 0) ITokenVault(vault).giveCredit(provider, commission);
    }

    function announceCommission(uint16 bps) external {
        if (bps > COMMISSION_BPS_MAX) revert RateOutOfRange(bps, COMMISSION_BPS_MAX);
        (uint16 current,,) = commissionOf(msg.sender);
        uint40 from = uint40(block.timestamp) + unbondingDelayS;
        Backing storage backing = _backings[msg.sender];
        backing.commissionBps = current;
        backing.nextCommissionBps = bps;
        backing.nextCommissionFrom = from;
        emit CommissionAnnounced(msg.sender, bps, from);
    }
}
