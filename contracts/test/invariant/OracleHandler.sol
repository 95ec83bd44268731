// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {OracleRegistration} from "../../src/interfaces/IOracleStake.sol";
import {OracleWorld} from "../OracleWorld.sol";
import {Report} from "../World.sol";

/// @title What oracles, their operator, governance and strangers may do, with bounded inputs, so that none may revert
/// @notice Twelve keys, of which four sit at a time. Ghosts count what each epoch's accepted reports should have given.
contract OracleHandler is OracleWorld {
    uint256 internal constant KEYS = 12;
    uint256 internal constant ROTATIONS_MAX = 12;

    Account[] internal all;
    uint256[4][] internal seats; // by epoch − 1: which keys
    mapping(uint64 epoch => uint256) public ghostReports;
    mapping(bytes32 => uint256) public calls;
    uint256 public ghostFunds;
    uint256 internal clock;
    uint64 internal nextSeq;
    Report internal last;
    uint256 internal lastMask;
    mapping(address key => uint256) internal cameBackAt;

    modifier move(bytes32 name) {
        vm.warp(clock);
        calls[name] += 1;
        _;
        clock = vm.getBlockTimestamp();
    }

    constructor() {
        setUp();
        for (uint256 i = 0; i < KEYS; ++i) {
            all.push(account(string.concat("oracle", vm.toString(i)))); // 0 to 3 sit in epoch 1
        }
        seats.push([uint256(0), 1, 2, 3]);
        clock = vm.getBlockTimestamp();
        nextSeq = 1;
    }

    // --- Stake. ---

    function register(uint256 which, uint256 amount) external move("register") {
        Account memory key = all[which % KEYS];
        (address owner,,,, bool punished) = oracleStake.bondOf(key.addr);
        if (owner != address(0) || punished) return;
        amount = bound(amount, BOND, 3 * BOND);
        _fundCredit(operator.addr, amount);
        _bond(key, uint96(amount));
    }

    function addStake(uint256 which, uint256 amount) external move("addStake") {
        address key = all[which % KEYS].addr;
        if (!_isRegistered(key)) return;
        amount = bound(amount, 1, BOND);
        _fundCredit(operator.addr, amount);
        uint96 before = oracleStake.activeStakeOf(key);
        if (before < BOND && before + amount >= BOND) cameBackAt[key] = clock;
        vm.prank(operator.addr);
        oracleStake.addStake(key, uint96(amount));
    }

    /// @dev A member of an appeal panel was silent.
    function penalise(uint256 which, uint256 amount) external move("penalise") {
        vm.prank(PANEL_DRAW);
        oracleStake.penalise(all[which % KEYS].addr, uint96(bound(amount, 0, 2 * BOND)));
    }

    function requestUnbonding(uint256 which, uint256 amount) external move("requestUnbonding") {
        address key = all[which % KEYS].addr;
        (, uint96 staked,, uint40 availableAt,) = oracleStake.bondOf(key);
        if (!_isRegistered(key) || availableAt != 0 || staked == 0) return;
        bool stays = _isSeated(key) || clock <= cameBackAt[key] + 1 days; // whoever came back does for answersAfterS
        uint256 max = stays ? (staked > BOND ? staked - BOND : 0) : staked;
        if (max == 0) return;
        vm.prank(operator.addr);
        oracleStake.requestUnbonding(key, uint96(bound(amount, 1, max)));
    }

    function endUnbonding(uint256 which, bool cancels) external move("endUnbonding") {
        address key = all[which % KEYS].addr;
        (, uint96 staked, uint96 unbonding, uint40 availableAt,) = oracleStake.bondOf(key);
        if (availableAt == 0) return;
        if (cancels && staked - unbonding < BOND) cameBackAt[key] = clock;
        vm.startPrank(operator.addr);
        if (cancels) oracleStake.cancelUnbonding(key);
        else if (clock >= availableAt && (staked - unbonding >= BOND || !_isSeated(key))) oracleStake.withdraw(key);
        vm.stopPrank();
    }

    function resign(uint256 which) external move("resign") {
        address key = all[which % KEYS].addr;
        if (!_isRegistered(key) || !_isSeated(key) || !_maySpare()) return;
        vm.prank(operator.addr);
        oracleStake.resign(key);
    }

    function drop(uint256 which) external move("drop") {
        address key = all[which % KEYS].addr;
        if (!_isSeated(key) || oracleStake.activeStakeOf(key) >= BOND || !_maySpare()) return;
        skip(GRACE_S); // after a penalty
        vm.prank(stranger.addr);
        oracleStake.dropUnbonded(key);
    }

    function prove(uint256 which) external move("prove") {
        Account memory key = all[which % KEYS];
        (address owner,,,, bool punished) = oracleStake.bondOf(key.addr);
        if (punished || (owner == address(0) && !committee.isSeated(1, key.addr))) return;
        if (_isSeated(key.addr) && !_maySpare()) return;
        _prove(key);
    }

    // --- The committee. ---

    function rotate(uint256 from) external move("rotate") {
        if (seats.length == ROTATIONS_MAX) return;
        uint64 replaced = committee.currentEpoch() + 1;
        if (replaced > 8 && committee.answersUntil(replaced - 8) >= clock) return;
        uint256[4] memory chosen;
        uint256 count = 0;
        for (uint256 i = 0; i < KEYS && count < 4; ++i) {
            uint256 which = (from % KEYS + i) % KEYS;
            if (!committee.isRemoved(all[which].addr)) chosen[count++] = which;
        }
        if (count < 4) return;
        address[] memory keys = new address[](4);
        for (uint256 i = 0; i < 4; ++i) {
            keys[i] = all[chosen[i]].addr;
        }
        vm.prank(governor.addr);
        committee.rotate(keys, new bytes32[](4));
        seats.push(chosen);
        nextSeq = 1;
    }

    /// @dev The current committee, or one that still answers; whoever of it was not removed.
    function report(uint256 back, uint256 skipped) external move("report") {
        uint64 epoch = committee.currentEpoch();
        back = back % 3;
        if (epoch > back) epoch -= uint64(back);
        uint256[4] memory seated = seats[epoch - 1];
        uint256 mask = 0;
        uint256 signers = 0;
        for (uint256 i = 0; i < 4 && signers < 3; ++i) {
            if (i == skipped % 5 || committee.isRemoved(all[seated[i]].addr)) continue;
            mask |= 1 << i;
            ++signers;
        }
        if (signers < 3 || committee.answersUntil(epoch) < clock) return;
        Report memory made = _report(epoch, _verdict(99, OK, PRICE));
        made.seq = epoch == committee.currentEpoch() ? nextSeq++ : made.seq + 1_000;
        _submit(made, mask);
        ghostReports[epoch] += 1;
        last = made;
        lastMask = mask;
    }

    function replay() external move("replay") {
        if (lastMask == 0 || clock > last.validUntil || committee.answersUntil(last.epoch) < clock) return;
        uint256[4] memory seated = seats[last.epoch - 1];
        for (uint256 i = 0; i < 4; ++i) {
            if ((lastMask >> i) & 1 == 1 && committee.isRemoved(all[seated[i]].addr)) return;
        }
        _submit(last, lastMask);
    }

    // --- Pay and time. ---

    function fundPay(uint256 amount) external move("fundPay") {
        amount = bound(amount, 1, 100e6);
        _fundCredit(address(oracleStake), amount);
        ghostFunds += amount;
    }

    function pay() external move("pay") {
        if (clock < oracleStake.payableFrom() || vault.creditOf(address(oracleStake)) < 10_000) return;
        uint256 owed = 0;
        for (uint64 epoch = committee.oldestEpoch(); epoch <= committee.currentEpoch(); ++epoch) {
            uint64[] memory points = committee.pointsOf(epoch);
            for (uint256 i = 0; i < 4; ++i) {
                address key = all[seats[epoch - 1][i]].addr;
                (,,,, bool punished) = oracleStake.bondOf(key);
                if (!punished && !committee.isRemoved(key)) owed += points[i] - oracleStake.paidPointsOf(epoch, i);
            }
        }
        if (owed == 0) return;
        vm.prank(stranger.addr);
        oracleStake.pay();
    }

    function passTime(uint256 seconds_) external move("passTime") {
        skip(bound(seconds_, 1 hours, 2 days));
    }

    // --- What the invariants look at. ---

    function keyCount() external pure returns (uint256) {
        return KEYS;
    }

    function keyAt(uint256 which) external view returns (address) {
        return all[which].addr;
    }

    function seatOf(uint64 epoch, uint256 index) external view returns (address) {
        return all[seats[epoch - 1][index]].addr;
    }

    function world() external view returns (address, address, address, address, address) {
        return (address(vault), address(committee), address(oracleStake), address(dollar), operator.addr);
    }

    /// @dev Would this quorum of the current committee pass, were everybody willing?
    function passes(uint256 mask) external view returns (bool) {
        uint64 epoch = committee.currentEpoch();
        bytes memory signatures;
        for (uint256 i = 0; i < 4; ++i) {
            if ((mask >> i) & 1 == 0) continue;
            signatures = bytes.concat(signatures, _signV27(all[seats[epoch - 1][i]].key, keccak256("digest")));
        }
        try committee.verify(epoch, keccak256("digest"), mask, signatures) {
            return true;
        } catch {
            return false;
        }
    }

    function _submit(Report memory made, uint256 mask) private {
        bytes32 digest = settlement.hashReport(made);
        bytes memory signatures;
        for (uint256 i = 0; i < 4; ++i) {
            if ((mask >> i) & 1 == 0) continue;
            signatures = bytes.concat(signatures, _signV27(all[seats[made.epoch - 1][i]].key, digest));
        }
        vm.prank(address(settlement));
        committee.approveReport(made.epoch, made.seq, digest, mask, signatures);
    }

    function _isRegistered(address key) private view returns (bool) {
        (address owner,,,,) = oracleStake.bondOf(key);
        return owner != address(0);
    }

    function _isSeated(address key) private view returns (bool) {
        return committee.isSeated(committee.currentEpoch(), key) && !committee.isRemoved(key);
    }

    /// @dev Seven of twelve at least stay, so that something goes on.
    function _maySpare() private view returns (bool) {
        return committee.removedKeys().length < KEYS - 7;
    }
}
