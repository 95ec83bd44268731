// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IStakeManager, ITestDollar, ITokenVault, World} from "../World.sol";

/// @title Every move of providers, delegators, markets and settlements on stake, with bounded inputs, none may revert
/// @notice Accounts 0 to 3 are one cheat's: provider, victim, challenger and delegator of his own. The others are honest.
contract StakeHandler is World {
    uint256 internal constant CHEATS = 4;

    address[] public providers;
    address[] public delegators;
    address[] public accounts; // everybody; the cheat's first
    address internal victim;
    address internal challenger;

    mapping(address provider => uint96) public lockedOf;
    mapping(address account => uint256) public ghostIn; // money from outside
    uint256 public ghostSlashesTooSmall; // must stay 0
    uint256 public ghostPaidOutOfSlashes;
    uint256 public ghostOwnStakeSlashed;
    uint256 public ghostRewards;
    uint256 public moves;
    uint256 internal clock;

    modifier move() {
        vm.warp(clock);
        moves += 1;
        _;
        clock = vm.getBlockTimestamp();
    }

    constructor() {
        setUp();
        victim = makeAddr("cheating victim");
        challenger = makeAddr("cheating challenger");
        providers = [provider.addr, makeAddr("honest provider")];
        delegators = [makeAddr("cheating delegator"), makeAddr("ada"), makeAddr("bob")];
        accounts =
            [provider.addr, victim, challenger, delegators[0], providers[1], delegators[1], delegators[2], insurance];
        accounts.push(consumer.addr);
        _addProvider(providers[1], STAKE);
        for (uint256 i = 0; i < 3; ++i) {
            _fundCredit(delegators[i], 500e6);
            ghostIn[delegators[i]] = 500e6;
        }
        ghostIn[provider.addr] = STAKE;
        clock = vm.getBlockTimestamp();
    }

    // --- Own stake. ---

    function stakeMore(uint256 who, uint256 amount) external move {
        address owner = providers[who % 2];
        amount = bound(amount, 1, 100e6);
        _addProvider(owner, uint96(amount));
        ghostIn[owner] += amount;
    }

    function requestUnbonding(uint256 who, uint256 amount) external move {
        address owner = providers[who % 2];
        (uint96 self,,, uint96 bond) = stake.backingOf(owner);
        uint256 free = stake.freeStakeOf(owner);
        // A unit of own stake carries up to five of bond.
        uint256 most = bond == self ? free : free / 5;
        if (most > self) most = self;
        if (most == 0) return;
        vm.prank(owner);
        stake.requestUnbonding(uint96(bound(amount, 1, most)));
    }

    function cancelUnbonding(uint256 who) external move {
        address owner = providers[who % 2];
        (,, uint96 unbonding,) = stake.stakeOf(owner);
        if (unbonding == 0) return;
        vm.prank(owner);
        stake.cancelUnbonding();
    }

    function withdrawUnbonded(uint256 who) external move {
        _withdrawUnbonded(providers[who % 2]);
    }

    // --- Delegators. ---

    function delegate(uint256 who, uint256 whom, uint256 amount) external move {
        address owner = providers[whom % 2];
        address from = delegators[who % 3];
        (uint96 self, uint96 delegated,,) = stake.backingOf(owner);
        uint256 room = 4 * uint256(self) > delegated ? 4 * uint256(self) - delegated : 0;
        uint256 credit = vault.creditOf(from);
        if (room > credit) room = credit;
        if (room < 1e6) return; // less than a share's worth after a slash is refused
        vm.prank(from);
        stake.delegate(owner, uint96(bound(amount, 1e6, room)));
    }

    function undelegate(uint256 who, uint256 whom, uint256 part) external move {
        _undelegate(delegators[who % 3], providers[whom % 2], bound(part, 1, 4));
    }

    function withdrawUndelegated(uint256 who, uint256 whom) external move {
        _withdrawUndelegated(delegators[who % 3], providers[whom % 2]);
    }

    /// @dev Only the cheat gives: what honest people give away is no measure of his.
    function reward(uint256 whom, uint256 amount) external move {
        address owner = providers[whom % 2];
        uint256 credit = vault.creditOf(delegators[0]);
        uint128 shares;
        for (uint256 i = 0; i < 3; ++i) {
            (uint128 held,,,) = stake.delegationOf(owner, delegators[i]);
            shares += held;
        }
        // Of a gift to next to no shares much goes to nobody: see SharePool's virtual shares.
        if (credit == 0 || shares < 1e8) return;
        amount = bound(amount, 1, credit);
        ghostRewards += amount;
        vm.prank(delegators[0]);
        stake.rewardDelegators(owner, uint96(amount));
    }

    function announceCommission(uint256 who, uint256 bps) external move {
        vm.prank(providers[who % 2]);
        stake.announceCommission(uint16(bound(bps, 0, 3_000)));
    }

    // --- Jobs, as market and settlement see them. ---

    function lock(uint256 who, uint256 amount) external move {
        address owner = providers[who % 2];
        uint96 free = stake.freeStakeOf(owner);
        if (free == 0) return;
        uint96 locked = uint96(bound(amount, 1, free));
        vm.prank(address(market));
        stake.lock(owner, locked);
        lockedOf[owner] += locked;
    }

    function unlock(uint256 who, uint256 amount) external move {
        address owner = providers[who % 2];
        uint96 freed = uint96(bound(amount, 0, lockedOf[owner]));
        vm.prank(address(settlement));
        stake.unlock(owner, freed);
        lockedOf[owner] -= freed;
    }

    function penalise(uint256 who, uint256 locked, uint256 penalty) external move {
        address owner = providers[who % 2];
        uint96 freed = uint96(bound(locked, 0, lockedOf[owner]));
        lockedOf[owner] -= freed;
        penalty = bound(penalty, 0, 50e6);
        (uint96 own,,,) = stake.stakeOf(owner);
        uint256 all = _all(owner);
        vm.prank(address(market));
        (uint96 taken,) = stake.penalise(owner, freed, uint96(penalty));
        (uint96 ownLeft,,,) = stake.stakeOf(owner);
        ghostOwnStakeSlashed += own - ownLeft;
        _judge(all, lockedOf[owner], penalty < freed ? penalty : freed, taken);
    }

    function slash(uint256 who, uint256 locked, uint256 amount, uint256 compensation, bool challenged) external move {
        address owner = providers[who % 2];
        uint96 freed = uint96(bound(locked, 0, lockedOf[owner]));
        lockedOf[owner] -= freed;
        uint256 all = _all(owner);
        amount = bound(amount, 0, amount % 7 == 0 ? all : all / 3);
        uint96 most = uint96(bound(compensation, 0, 200e6));
        (uint96 own,,,) = stake.stakeOf(owner);
        // The cheat orders from himself; an honest provider's frauds are against others.
        (address hurt, address finder) = owner == provider.addr ? (victim, challenger) : (consumer.addr, consumer.addr);
        uint256 before = _creditOf(hurt, finder);
        vm.prank(address(settlement));
        uint96 taken;
        if (challenged) {
            (taken,,,,) = stake.slashForChallenger(owner, freed, uint96(amount), hurt, most, finder, 50e6);
        } else {
            (taken,,,) = stake.slash(owner, freed, uint96(amount), hurt, most);
        }
        (uint96 ownLeft,,,) = stake.stakeOf(owner);
        ghostOwnStakeSlashed += own - ownLeft;
        ghostPaidOutOfSlashes += _creditOf(hurt, finder) - before;
        _judge(all, lockedOf[owner], amount, taken);
    }

    function flushSlashed() external move {
        _flush();
    }

    function pass(uint256 seconds_) external move {
        skip(bound(seconds_, 1, seconds_ % 3 == 0 ? 2 days : 1 hours));
    }

    function setUnbondingDelay(uint256 delayS) external move {
        vm.prank(governor.addr);
        stake.setUnbondingDelay(uint32(bound(delayS, 3 days, 6 days)));
    }

    // --- For the invariants. ---

    function contracts() external view returns (ITestDollar, ITokenVault, IStakeManager) {
        return (dollar, vault, stake);
    }

    function accountCount() external view returns (uint256) {
        return accounts.length;
    }

    /// @notice What the cheat put in, and what he has.
    function cheat() external view returns (uint256 putIn, uint256 has) {
        for (uint256 i = 0; i < CHEATS; ++i) {
            putIn += ghostIn[accounts[i]];
            has += vault.creditOf(accounts[i]);
        }
        (uint96 own,,,) = stake.stakeOf(provider.addr);
        has += own;
        for (uint256 i = 0; i < 2; ++i) {
            (, uint96 worth, uint96 leaving,) = stake.delegationOf(providers[i], delegators[0]);
            has += uint256(worth) + leaving;
        }
    }

    /// @notice Frees every lock, and lets everybody leave.
    function endEverything() external {
        vm.warp(clock);
        for (uint256 i = 0; i < 2; ++i) {
            vm.prank(address(settlement));
            stake.unlock(providers[i], lockedOf[providers[i]]);
            lockedOf[providers[i]] = 0;
            for (uint256 k = 0; k < 3; ++k) {
                _undelegate(delegators[k], providers[i], 1);
            }
            (uint96 self,,,) = stake.backingOf(providers[i]);
            vm.prank(providers[i]);
            if (self > 0) stake.requestUnbonding(self);
            else stake.announceCommission(0);
        }
        skip(8 days);
        for (uint256 i = 0; i < 2; ++i) {
            _withdrawUnbonded(providers[i]);
            for (uint256 k = 0; k < 3; ++k) {
                _withdrawUndelegated(delegators[k], providers[i]);
            }
        }
        _flush();
    }

    function _flush() private {
        (uint128 toBurn, uint128 toInsurance) = stake.slashedNotFlushed();
        if (toBurn > 0 || toInsurance > 0) stake.flushSlashed();
    }

    function _undelegate(address from, address owner, uint256 part) private {
        (uint128 shares, uint96 worth,,) = stake.delegationOf(owner, from);
        if (worth < part) return;
        vm.prank(from);
        stake.undelegate(owner, part == 1 ? shares : uint128(shares / part));
    }

    function _withdrawUnbonded(address owner) private {
        (,,, uint40 availableAt) = stake.stakeOf(owner);
        if (availableAt == 0 || vm.getBlockTimestamp() < availableAt) return;
        vm.prank(owner);
        stake.withdrawUnbonded();
    }

    function _withdrawUndelegated(address from, address owner) private {
        (,,, uint40 availableAt) = stake.delegationOf(owner, from);
        if (availableAt == 0 || vm.getBlockTimestamp() < availableAt) return;
        vm.prank(from);
        stake.withdrawUndelegated(owner);
    }

    function _creditOf(address one, address other) private view returns (uint256) {
        return vault.creditOf(one) + (other == one ? 0 : vault.creditOf(other));
    }

    /// @dev Everything that has not left the contract.
    function _all(address owner) private view returns (uint256) {
        (uint96 staked,,,) = stake.stakeOf(owner);
        (, uint96 delegated, uint96 leaving,) = stake.backingOf(owner);
        return uint256(staked) + delegated + leaving;
    }

    function _judge(uint256 all, uint256 others, uint256 amount, uint256 taken) private {
        uint256 reach = all > others ? all - others : 0;
        uint256 want = amount < reach ? amount : reach;
        // Above it only the dust of a pool that next to nothing is left of.
        if (taken < want || taken > want + 1e3) ghostSlashesTooSmall += 1;
    }
}
