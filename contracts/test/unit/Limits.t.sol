// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IJobBook} from "../../src/interfaces/IJobMarket.sol";
import {IOracleCommittee, IOracleStake, OracleRegistration, OracleWorld} from "../OracleWorld.sol";

interface IDepositAddress {
    function send(address token, address to, uint256 amount) external;
}

/// @title The ends of lists, sums and parameters
contract LimitsTest is OracleWorld {
    function test_oracles_areAThousandAndTwentyFourAtMost() public {
        for (uint256 i = 0; i < 6; ++i) {
            _fundCredit(operator.addr, 10_000e6);
        }
        for (uint256 i = 0; i < 1_024; ++i) {
            _bond(account(string.concat("candidate ", vm.toString(i))), BOND);
        }
        assertEq(oracleStake.oracleCount(), 1_024);
        Account memory next = account("one too many");
        OracleRegistration memory registration = _registration(next.addr);
        bytes memory signed = _signRegistration(next.key, registration);
        vm.prank(operator.addr);
        vm.expectRevert(abi.encodeWithSelector(IOracleStake.TooManyOracles.selector, 1_025, 1_024));
        oracleStake.register(registration, BOND, signed);
    }

    function test_oracleStake_fitsNinetySixBits() public {
        _bond(oracles[0], BOND);
        uint256 sum = uint256(BOND) + type(uint96).max;
        vm.prank(operator.addr);
        vm.expectRevert(abi.encodeWithSelector(IOracleStake.StakeTooLarge.selector, sum, type(uint96).max));
        oracleStake.addStake(oracles[0].addr, type(uint96).max);
    }

    function test_removedKeys_areFourThousandAndNinetySixAtMost() public {
        vm.startPrank(governor.addr);
        for (uint160 i = 1; i <= 4_096; ++i) {
            committee.removeKey(address(i));
        }
        vm.expectRevert(abi.encodeWithSelector(IOracleCommittee.TooManyRemovals.selector, 4_097, 4_096));
        committee.removeKey(address(4_097));
        vm.stopPrank();
    }

    function test_depositAddress_obeysItsFactoryOnly() public {
        address code = address(uint160(uint256(keccak256(abi.encodePacked(hex"d694", address(deposits), hex"01")))));
        assertGt(code.code.length, 0);
        vm.prank(stranger.addr);
        vm.expectRevert(abi.encodeWithSignature("NotFactory(address,address)", stranger.addr, address(deposits)));
        IDepositAddress(code).send(address(dollar), stranger.addr, 1);
    }

    function test_market_refusesParametersOutOfRange() public {
        IJobBook.Params memory p = params();
        p.feeBps = 10_001;
        _refused(p, "feeBps", 10_001, 0, 10_000);
        p = params();
        p.slashBps = p.lockBps - 1;
        _refused(p, "slashBps", p.slashBps, p.lockBps, type(uint32).max);
        p = params();
        p.challengeWindowS = 0;
        _refused(p, "challengeWindowS", 0, 1, p.challengeWindowMaxS);
        p = params();
        p.challengeWindowMaxS = p.bucketS + 1;
        _refused(p, "challengeWindowMaxS", p.challengeWindowMaxS, 1, p.bucketS);
        p = params();
        p.challengeValue = 0;
        _refused(p, "challengeValue", 0, 1, type(uint96).max);
        p = params();
        p.reportExtensionS = 0;
        _refused(p, "reportExtensionS", 0, 1, type(uint32).max);
        p = params();
        p.windowMinS = p.windowMaxS + 1;
        _refused(p, "windowMinS", p.windowMinS, 1, p.windowMaxS);
        p = params();
        p.orderWindowMaxS = 0;
        _refused(p, "orderWindowMaxS", 0, 1, type(uint32).max);
        p = params();
        p.attemptsMaxMax = 0;
        _refused(p, "attemptsMaxMax", 0, 1, type(uint8).max);
    }

    function test_market_refusesEveryZeroAddressButTheGuardian() public {
        for (uint256 k = 0; k < 7; ++k) {
            address[7] memory w = _wiring();
            w[k] = address(0);
            if (k < 6) vm.expectRevert(IJobBook.ZeroAddress.selector);
            this.make(abi.encode(w, params()));
        }
    }

    function make(bytes calldata arguments) external returns (address) {
        return deploy("JobMarket.sol:JobMarket", arguments);
    }

    function _refused(IJobBook.Params memory p, string memory what, uint256 got, uint256 min, uint256 max) private {
        vm.expectRevert(abi.encodeWithSelector(IJobBook.ParamOutOfRange.selector, what, got, min, max));
        this.make(abi.encode(_wiring(), p));
    }

    function _wiring() private pure returns (address[7] memory w) {
        for (uint256 i = 0; i < 7; ++i) {
            w[i] = address(uint160(0x100 + i));
        }
    }
}
